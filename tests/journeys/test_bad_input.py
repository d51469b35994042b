"""What somebody sees who hands `leadflow train` something that is no table of leads."""

import json

import numpy as np
import pytest

import pipelines.cli  # noqa: F401  registers the commands
from pipelines.cli.shell import run

N = 200


def rows(target, *, extra=""):
    lines = [f"{n % 7},{'ab'[n % 2]},{target(n)}{extra}" for n in range(N)]
    return "size,kind,won\n" + "\n".join(lines) + "\n"


def yes_no(n):
    return "yes" if n % 4 == 0 else "no"


@pytest.fixture
def refusal(tmp_path, monkeypatch, capsys):
    """Runs `leadflow train` on a file's content; exit code 2, nothing written, the error text."""
    monkeypatch.chdir(tmp_path)

    def train(content, *options, name="leads.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = run(["train", "--data", name, "--target", "won", *options])
        told = capsys.readouterr()
        assert code == 2, told.err
        assert told.out == ""
        assert [entry.name for entry in tmp_path.iterdir()] == [name]
        return told.err

    return train


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        pytest.param(rows(yes_no), ["--target", "lost"], ["lost", "size, kind, won"], id="target"),
        pytest.param(rows(lambda n: "no"), [], ["won", "no"], id="constant target"),
        pytest.param(
            rows(lambda n: ["yes", "no", "later"][n % 3]), [], ["won", "later"], id="three values"
        ),
        pytest.param(
            rows(lambda n: "yes" if n < 39 else "no"), [], ["39", "40", "--min-class 20"], id="few"
        ),
        pytest.param(
            "size,size,won\n1,2,yes\n", [], ["leads.csv", "size", "rename"], id="duplicate names"
        ),
        pytest.param("size,,won\n1,2,yes\n", [], ["leads.csv", "column 2"], id="empty name"),
        pytest.param(
            "Unnamed: 0,size,won\n0,1,yes\n", [], ["Unnamed: 0", "index"], id="leftover index"
        ),
        pytest.param("size,won\n1,yes\n2,no,x\n", [], ["line 3"], id="ragged"),
        pytest.param("", [], ["leads.csv", "empty"], id="empty file"),
        pytest.param("size,won\n", [], ["leads.csv", "no row"], id="header only"),
        pytest.param(b"size,won\n\x00\x01,yes\n", [], ["leads.csv"], id="null bytes"),
        pytest.param(
            rows(yes_no).encode() + "大小,未知,yes\n".encode("gbk") + "é,ü,no\n".encode(),
            [],
            ["leads.csv", "UTF-8"],
            id="two encodings",
        ),
        pytest.param(
            rows(yes_no), ["--time", "kind"], ["kind", "2026-03-02", "--ordered"], id="no dates"
        ),
        pytest.param(rows(yes_no), ["--label-delay", "soon"], ["soon", "2%", "30d"], id="delay"),
        pytest.param(rows(yes_no), ["--drop", "colour"], ["colour"], id="drop"),
        pytest.param(rows(yes_no), ["--positive", "maybe"], ["maybe", "yes"], id="positive"),
    ],
)
def test_bad_input_is_refused_by_name_with_what_would_be_right(refusal, content, options, expected):
    told = refusal(content, *options)

    assert "\nerror: " in f"\n{told}"
    for words in expected:
        assert words in told


def test_a_table_that_is_not_there_is_not_found(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert run(["train", "--data", "none.csv", "--target", "won"]) == 3
    assert "none.csv" in capsys.readouterr().err


@pytest.mark.xdist_group("mlflow")
def test_names_with_json_characters_and_columns_without_values_are_no_obstacle(
    tmp_path, monkeypatch, capsys, migrated_database
):
    monkeypatch.chdir(tmp_path)
    migrated_database(tmp_path / "var/mlflow.db")
    rng = np.random.default_rng(0)
    size = rng.integers(0, 9, 400)
    won = rng.random(400) < 0.1 + 0.08 * size
    lines = [f"{s},,{'yes' if w else 'no'}" for s, w in zip(size, won, strict=True)]
    header = '"size: [people], ""all""",空,won\n'
    (tmp_path / "leads.csv").write_text(header + "\n".join(lines) + "\n", encoding="utf-8")

    code = run(["train", "--data", "leads.csv", "--target", "won", "--json"])

    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {"column": "空", "reason": "every value is missing"} in report["dropped"]
    assert report["holdout"]["auc"] > 0.6
