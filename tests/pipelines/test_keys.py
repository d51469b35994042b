from datetime import UTC, datetime, timedelta

import pytest

from leads.access import Scope
from leads.errors import Conflict, InvalidInput, NotFound
from pipelines.keys import hash_of, make_key, revoke_key, rotate_key, scopes_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
READ = (Scope.LEADS_READ,)


def made(unit, **told):
    told = {"name": "crm", "scopes": READ, "now": NOW, "actor": "cli"} | told
    return make_key(unit, **told)


def test_a_key_names_its_id_and_only_a_hash_of_it_is_kept(store):
    with store.writing() as unit:
        key = made(unit, per_minute=60)

    with store.reading() as unit:
        assert unit.keys.all() == [key.key]
    assert key.text.startswith(f"lf_{key.key.key_id}_")
    assert len(key.text.rpartition("_")[2]) == 64
    assert key.key.secret_hash == hash_of(key.text)
    assert key.text.rpartition("_")[2] not in repr(key.key)


def test_a_key_opens_until_it_expires_or_is_revoked(store):
    with store.writing() as unit:
        short, long = made(unit, expires_at=NOW + HOUR), made(unit)
        assert {key.key_id for key in unit.keys.valid(NOW)} == {short.key.key_id, long.key.key_id}
        assert [key.key_id for key in unit.keys.valid(NOW + HOUR)] == [long.key.key_id]

        revoke_key(unit, long.key.key_id, now=NOW, actor="cli")

        assert unit.keys.valid(NOW + HOUR) == []
        with pytest.raises(Conflict, match="was revoked already"):
            revoke_key(unit, long.key.key_id, now=NOW, actor="cli")


def test_a_rotated_key_opens_for_its_time_of_grace_and_its_successor_may_do_the_same(store):
    with store.writing() as unit:
        old = made(unit, per_minute=5, expires_at=NOW + timedelta(days=10))
        new = rotate_key(unit, old.key.key_id, now=NOW + HOUR, actor="cli", grace=HOUR)

        opens = {key.key_id for key in unit.keys.valid(NOW + 1.5 * HOUR)}
        later = {key.key_id for key in unit.keys.valid(NOW + 2 * HOUR)}
        with pytest.raises(Conflict, match=f"replaced by {new.key.key_id} already"):
            rotate_key(unit, old.key.key_id, now=NOW + HOUR, actor="cli")

    assert opens == {old.key.key_id, new.key.key_id}
    assert later == {new.key.key_id}
    assert (new.key.name, new.key.scopes, new.key.per_minute) == ("crm", READ, 5)
    assert new.key.expires_at == NOW + HOUR + timedelta(days=10)


def test_what_happens_to_a_key_is_in_the_audit_log_without_its_secret(store):
    with store.writing() as unit:
        key = made(unit)
        new = rotate_key(unit, key.key.key_id, now=NOW, actor="cli")
        revoke_key(unit, key.key.key_id, now=NOW, actor="cli")
        told = unit.audit.of(key.key.key_id)

    assert [entry["action"] for entry in told] == ["key_made", "key_rotated", "key_revoked"]
    assert key.text not in repr(told)
    assert new.text not in repr(told)


def test_the_last_use_is_kept_to_the_minute(store):
    with store.writing() as unit:
        key = made(unit).key.key_id
        unit.keys.note_use([key], at=NOW)
        unit.keys.note_use([key], at=NOW + timedelta(seconds=59))
        first = unit.keys.get(key).last_used_at
        unit.keys.note_use([key], at=NOW + timedelta(seconds=61))

        assert first == NOW
        assert unit.keys.get(key).last_used_at == NOW + timedelta(seconds=61)


@pytest.mark.parametrize(
    "told", [{"name": " "}, {"name": "x" * 101}, {"scopes": ()}, {"expires_at": NOW}]
)
def test_a_key_that_could_do_nothing_is_refused(store, told):
    with store.writing() as unit, pytest.raises(InvalidInput):
        made(unit, **told)


def test_an_unknown_key_or_scope_is_refused_with_what_would_be_right(store):
    with store.writing() as unit, pytest.raises(NotFound, match="leadflow keys list"):
        revoke_key(unit, "nobody", now=NOW, actor="cli")
    with pytest.raises(InvalidInput, match=r"'leads:all'.*leads:write"):
        scopes_of(["score", "leads:all"])
