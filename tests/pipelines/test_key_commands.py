import json

import pytest

from pipelines.cli.shell import run
from store.migrate import head


@pytest.fixture
def leadflow(tmp_path, monkeypatch, capsys):
    """Runs a command line against a store of its own: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEADFLOW_VAR", str(tmp_path))
    monkeypatch.delenv("LEADFLOW_API_KEY", raising=False)
    monkeypatch.delenv("LEADFLOW_DATABASE_URL", raising=False)

    def leadflow(*words):
        code = run(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return leadflow


def test_a_key_is_shown_once_rotated_and_revoked(leadflow):
    _, made, _ = leadflow(
        "keys", "make", "--name", "our CRM", "--scopes", "score, leads:read", "--json"
    )
    key = json.loads(made)
    _, rotated, _ = leadflow("keys", "rotate", key["key_id"], "--grace-hours", "1", "--json")
    revoked, said, _ = leadflow("keys", "revoke", json.loads(rotated)["key_id"])
    _, listed, _ = leadflow("keys", "list")

    assert key["key"].startswith(f"lf_{key['key_id']}_")
    assert (revoked, "opens nothing any more" in said) == (0, True)
    assert key["key"] not in listed
    assert [line.split()[1] for line in listed.splitlines()] == ["until", "revoked"]


@pytest.mark.parametrize(
    "words",
    [
        ("make", "--name", "x", "--scopes", "score", "--days", "999999999"),
        ("rotate", "1a2b3c4d5e6f", "--grace-hours", "1e18"),
    ],
)
def test_a_time_no_calendar_holds_is_refused(leadflow, words):
    assert leadflow("keys", *words)[0] == 2


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("keys", "make", "--name", "x", "--scopes", "all"), 2, "choose from: score, leads:read"),
        (("keys", "revoke", "nobody"), 3, "leadflow keys list"),
        (("serve",), 2, "leadflow keys make"),
        (("db", "downgrade", "base"), 4, "--yes"),
        (("db", "downgrade", "0099", "--yes"), 3, "known are base, 0001"),
    ],
)
def test_what_cannot_be_done_says_what_would_be_right(leadflow, words, code, says):
    leadflow("db", "upgrade")

    exit_code, _, error = leadflow(*words)

    assert exit_code == code
    assert says in error


def test_the_tables_go_up_and_down(leadflow):
    said = [
        leadflow(*words)[1]
        for words in (
            ("db", "version"),
            ("db", "upgrade"),
            ("db", "version"),
            ("db", "downgrade", "base", "--yes"),
        )
    ]

    assert "of version (none)" in said[0]
    assert said[1].startswith(f"the tables are of version {head()}")
    assert f"of version {head()}" in said[2]
    assert said[3] == "there are no tables any more\n"
