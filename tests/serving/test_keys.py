import pytest

from leads.access import ALL_SCOPES, Scope
from serving.errors import Refusal
from serving.keys import Keyring, ValidKey, digest_of

KEY = "lf_abc_s3cret"


class Elapsed:
    """Seconds that pass when told to."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def valid(key=KEY, **told):
    told = {"key_id": "abc", "scopes": frozenset({Scope.SCORE})} | told
    return ValidKey(digest=digest_of(key.encode()), **told)


def keyring(*keys, **told):
    ring = Keyring(None, **told)
    ring.put(keys)
    return ring


@pytest.mark.parametrize("header", [b"Bearer s3cret-key", b"bearer  s3cret-key "])
def test_the_operators_key_opens_with_all_scopes(header):
    caller = Keyring("s3cret-key").admit(header)

    assert (caller.actor, caller.scopes) == ("operator", ALL_SCOPES)


@pytest.mark.parametrize(
    "header", [None, b"", b"Bearer", b"Bearer s3cret-kez", b"Basic s3cret-key", b"s3cret-key"]
)
def test_anything_else_is_unauthorised(header):
    with pytest.raises(Refusal) as refused:
        Keyring("s3cret-key").admit(header)

    assert refused.value.status == 401


@pytest.mark.parametrize("header", [None, b"Bearer ", b"Bearer None"])
def test_without_a_key_nobody_gets_in_and_the_answer_says_what_to_do(header):
    with pytest.raises(Refusal, match=r"leadflow keys make.*LEADFLOW_API_KEY") as refused:
        Keyring(None).admit(header)

    assert refused.value.status == 503


def test_a_stored_key_may_do_what_its_scopes_say_and_is_told_what_it_lacks():
    caller = keyring(valid()).admit(b"Bearer " + KEY.encode())

    caller.need(Scope.SCORE)
    with pytest.raises(Refusal, match="lacks the scope leads:write; it has score") as refused:
        caller.need(Scope.LEADS_WRITE)
    assert (caller.actor, refused.value.status) == ("key:abc", 403)


def test_a_key_that_is_no_longer_among_those_there_are_does_not_open():
    ring = keyring(valid())
    ring.admit(b"Bearer " + KEY.encode())

    ring.put([valid("lf_other_key", key_id="other")])

    with pytest.raises(Refusal, match="send an API key"):
        ring.admit(b"Bearer " + KEY.encode())


def test_a_key_that_asks_too_often_is_told_when_to_come_back():
    ring = Keyring("s3cret", per_minute=60, elapsed=Elapsed())
    for _ in range(60):
        ring.admit(b"Bearer s3cret")

    with pytest.raises(Refusal) as refused:
        ring.admit(b"Bearer s3cret")

    assert (refused.value.status, refused.value.retry_after) == (429, 1.0)


def test_each_key_has_its_own_limit_and_it_fills_with_time():
    elapsed = Elapsed()
    ring = keyring(valid(per_minute=2), valid("lf_b_x", key_id="b"), per_minute=4, elapsed=elapsed)
    for key in (KEY, KEY, "lf_b_x", "lf_b_x", "lf_b_x", "lf_b_x"):
        ring.admit(b"Bearer " + key.encode())
    with pytest.raises(Refusal):
        ring.admit(b"Bearer " + KEY.encode())

    elapsed.seconds = 30
    ring.admit(b"Bearer " + KEY.encode())

    with pytest.raises(Refusal):
        ring.admit(b"Bearer " + KEY.encode())


def test_reading_the_keys_again_neither_fills_a_bucket_nor_forgets_a_use():
    ring = keyring(valid(per_minute=1), elapsed=Elapsed())
    ring.admit(b"Bearer " + KEY.encode())

    ring.put([valid(per_minute=1)])

    with pytest.raises(Refusal) as refused:
        ring.admit(b"Bearer " + KEY.encode())
    assert refused.value.status == 429
    assert ring.used() == ["abc"]
    assert ring.used() == []
