import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from leads.errors import Conflict, InvalidInput, LeadflowError, NoChampion, NotFound, Problem
from pipelines.cli.progress import showing_progress
from pipelines.cli.shell import app, run

HEAVY = ("pandas", "pyarrow", "mlflow", "bentoml", "lightgbm", "sklearn", "shap", "matplotlib")
LEADFLOW = Path(sys.executable).with_name("leadflow")


@pytest.fixture
def failing():
    """Adds the command `fail` for this test, which raises what it is given."""
    before = list(app.registered_commands)

    def add(error):
        @app.command()
        def fail() -> None:
            raise error

    yield add
    app.registered_commands[:] = before


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidInput("bad"), 2),
        (NotFound("gone"), 3),
        (Conflict("later"), 4),
        (NoChampion("none yet"), 5),
        (LeadflowError("else"), 1),
    ],
)
def test_the_family_of_an_error_decides_the_exit_code(failing, capsys, error, code):
    failing(error)

    assert run(["fail"]) == code
    assert capsys.readouterr() == ("", f"error: {error}\n")


def test_an_error_shows_ten_of_its_problems_and_counts_the_rest(failing, capsys):
    problems = [Problem(pointer=f"row {i}", code="x", detail=f"row {i} is odd") for i in range(12)]
    failing(InvalidInput("leads.csv is odd", problems))

    run(["fail"])

    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["error: leads.csv is odd", "  - row 0 is odd"]
    assert lines[-1] == "  ... and 2 more"
    assert len(lines) == 12


def test_a_traceback_is_shown_only_when_asked_for(failing, capsys, monkeypatch):
    failing(InvalidInput("bad"))
    monkeypatch.setenv("LEADFLOW_DEBUG", "1")

    assert run(["fail"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupted_command_leaves_quietly_with_130(failing, capsys):
    failing(KeyboardInterrupt())

    assert run(["fail"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_wrong_option_is_invalid_input():
    assert run(["sandbox", "--leads", "many", "--out", "x"]) == 2


def test_the_command_line_loads_no_heavy_library_before_it_is_needed():
    program = f"import sys, pipelines.cli; print([m for m in {HEAVY!r} if m in sys.modules])"

    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert found.stdout.decode().strip() == "[]"


def test_help_lists_the_commands():
    found = subprocess.run([LEADFLOW, "--help"], capture_output=True, check=True)

    assert {"sandbox", "datasets"} <= set(found.stdout.decode().split())


def test_sandbox_writes_the_files_of_a_crm_and_json_alone_on_stdout(tmp_path, capsys):
    out = tmp_path / "market"

    code = run(["sandbox", "--seed", "3", "--leads", "200", "--out", str(out), "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert answer["files"] == sorted(path.name for path in out.iterdir())
    assert {"leads.csv", "events.csv", "truth.csv"} <= set(answer["files"])


def test_progress_outside_a_terminal_is_a_line_a_quarter():
    stream = StringIO()

    with showing_progress(stream=stream) as progress:
        for done in range(101):
            progress("read", done, 100)
        progress("nothing", 0, 0)

    assert stream.getvalue().splitlines() == [
        *[f"read: {percent} %" for percent in (0, 25, 50, 75, 100)],
        "nothing: 100 %",
    ]


def test_progress_on_a_terminal_is_a_bar_with_the_name_of_the_step():
    class Terminal(StringIO):
        def isatty(self):
            return True

    stream = Terminal()

    with showing_progress(stream=stream) as progress:
        progress("fold", 3, 3)

    assert "fold" in stream.getvalue()
    assert "100 %" in stream.getvalue()
