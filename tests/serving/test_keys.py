import pytest

from serving.errors import Refusal
from serving.keys import Keyring, RateLimit


class Elapsed:
    """Seconds that pass when told to."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.mark.parametrize("header", [b"Bearer s3cret-key", b"bearer  s3cret-key "])
def test_the_key_opens(header):
    assert Keyring(["s3cret-key"]).bearer(header)


@pytest.mark.parametrize(
    "header", [None, b"", b"Bearer", b"Bearer s3cret-kez", b"Basic s3cret-key", b"s3cret-key"]
)
def test_anything_else_is_unauthorised(header):
    with pytest.raises(Refusal) as refused:
        Keyring(["s3cret-key"]).bearer(header)

    assert refused.value.status == 401


@pytest.mark.parametrize("header", [None, b"Bearer ", b"Bearer None"])
def test_without_a_key_nobody_gets_in_and_the_answer_says_what_to_set(header):
    with pytest.raises(Refusal, match="set LEADFLOW_API_KEY") as refused:
        Keyring([]).bearer(header)

    assert refused.value.status == 503


def test_a_key_that_asks_too_often_is_told_when_to_come_back():
    limit = RateLimit(per_minute=60, elapsed=Elapsed())
    for _ in range(60):
        limit.take(b"a")

    with pytest.raises(Refusal) as refused:
        limit.take(b"a")

    assert (refused.value.status, refused.value.retry_after) == (429, 1.0)


def test_each_key_has_its_own_limit_and_it_fills_with_time():
    elapsed = Elapsed()
    limit = RateLimit(per_minute=2, elapsed=elapsed)
    for key in (b"a", b"a", b"b", b"b"):
        limit.take(key)

    elapsed.seconds = 30
    limit.take(b"a")

    with pytest.raises(Refusal):
        limit.take(b"a")
