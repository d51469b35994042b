"""The thread that keeps a worker's keys as the store has them."""

from datetime import UTC, datetime, timedelta

import pytest

from leads.access import Scope
from leads.errors import Unavailable
from pipelines.keys import make_key, revoke_key
from serving.errors import Refusal
from serving.key_watch import KeyWatch
from serving.keys import Keyring
from serving.store_desk import StoreDesk
from tests.databases import KINDS, open_store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Street:
    """A worker's keys, its watch, and a store that may be away."""

    def __init__(self, store):
        self.store, self.is_away, self.now = store, False, NOW
        self.ring, self.desk = Keyring(None), StoreDesk(self._open)
        self.watch = KeyWatch(self.ring, self.desk, has_store=bool, clock=lambda: self.now)

    def _open(self):
        if self.is_away:
            raise Unavailable("away")
        return self.store

    def key(self, **told):
        with self.store.writing() as unit:
            return make_key(unit, name="a", scopes=[Scope.SCORE], now=NOW, actor="test", **told)

    def opens(self, made):
        try:
            return self.ring.admit(b"Bearer " + made.text.encode()).actor
        except Refusal as refused:
            return refused.status


@pytest.fixture(params=KINDS)
def street(request, tmp_path):
    with open_store(request.param, tmp_path) as (store, _):
        made = Street(store)
        made.watch._has_store = lambda: True
        yield made
        made.desk.writers.close(wait=True)


def test_a_key_opens_after_the_next_look_and_not_after_it_was_revoked(street):
    made = street.key()
    before = street.opens(made)
    street.watch.look()
    after = street.opens(made)
    with street.store.writing() as unit:
        revoke_key(unit, made.key.key_id, now=NOW, actor="test")
    street.watch.look()

    assert (before, after) == (503, f"key:{made.key.key_id}")
    assert street.opens(made) == 503  # there is no key at all any more


def test_while_the_store_is_away_known_keys_open_until_they_expire(street):
    long, short = street.key(), street.key(expires_at=NOW + timedelta(hours=1))
    street.watch.look()
    street.is_away, street.desk._store = True, None

    street.watch.look()
    both = street.opens(long), street.opens(short)
    street.now += timedelta(hours=1)
    street.watch.look()

    assert both == (f"key:{long.key.key_id}", f"key:{short.key.key_id}")
    assert (street.opens(long), street.opens(short)) == (both[0], 401)


def test_the_use_of_a_key_is_noted_off_the_request_path(street):
    made = street.key()
    street.watch.look()
    street.opens(made)

    street.watch.note_use()
    street.desk.writers.close(wait=True)

    with street.store.reading() as unit:
        assert unit.keys.get(made.key.key_id).last_used_at == NOW


def test_no_store_is_made_by_looking_for_keys(tmp_path):
    opened = []
    watch = KeyWatch(
        Keyring(None), StoreDesk(lambda: opened.append(1)), has_store=bool, clock=lambda: NOW
    )

    watch.look()

    assert opened == []
