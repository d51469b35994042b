import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PROJECT = Path(__file__).parents[2]
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a notebook from top to bottom in an empty folder; what its cells answer, as text."""

    def answers_of(name):
        notebook = nbformat.read(PROJECT / "notebooks" / f"{name}.ipynb", as_version=4)
        monkeypatch.delenv("LEADFLOW_VAR", raising=False)
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": tmp_path}}).execute()
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        return [output.data.get("text/plain", "") for output in outputs if "data" in output]

    return answers_of


@pytest.mark.xdist_group("notebooks")
def test_retraining_runs_from_top_to_bottom_and_promotes(run, tmp_path):
    answers = run("01-retrain")

    assert any(answer.startswith("('promote',") for answer in answers)
    assert (tmp_path / "var" / "mlruns").is_dir()
    assert answers[-1].startswith("('promote',")
    assert (tmp_path / "var" / "champions" / "from-crm.json").exists()


@pytest.mark.xdist_group("notebooks")
def test_the_evaluation_shows_that_random_folds_lie_and_leaks_are_refused(run, tmp_path):
    answers = run("02-honest-evaluation")

    lie = _told(answers, "random folds promise a lower loss by")
    (keeping,) = [answer for answer in answers if "ECE" in answer]
    kept, frozen = (_first_number(keeping, after=name) for name in ("kept up", "frozen"))
    leak = _told(answers, "with it, when served")
    assert lie["95 % interval"][0] > 0
    assert kept < frozen
    without, reported, served = (way["log loss"] for way in leak.values())
    assert reported < without < served
    assert any(answer.startswith("('promote',") for answer in answers)
    assert any(answer.startswith("('refuse',") and "last_quote" in answer for answer in answers)
    assert any("surely worse for region" in answer for answer in answers)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.xdist_group("notebooks")
def test_the_explanation_adds_up_and_agrees_with_shap(run):
    answers = run("03-explain-scores")

    assert _told(answers, "sum - margin")["sum - margin"] == 0
    to_shap = _told(answers, "greatest difference to shap")
    assert max(to_shap.values()) < 1e-9
    own = _told(answers, "greatest difference'")
    assert own["greatest difference"] < 1e-9
    assert own["values"] > 1_000
    by_grade = next(answer for answer in answers if answer.startswith("{'A4': ['"))
    assert set(ast.literal_eval(by_grade)) == {"A4", "D1"}
    assert any(answer.startswith("['") and "线索" in answer for answer in answers)
    written = _told(answers, "with visits written in")
    assert written["with visits written in"] > written["as it was"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_is_narrative(path):
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]

    functions = [
        node
        for cell in code
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.FunctionDef | ast.Lambda)
    ]

    assert not [cell for cell in code if cell.outputs or cell.execution_count]
    assert all(node.end_lineno - node.lineno < 3 for node in functions)
    assert len(cells) - len(code) >= 5


def _told(answers, key):
    """The one answer that is a dictionary with that key in it."""
    (found,) = [answer for answer in answers if answer.startswith("{") and key in answer]
    return ast.literal_eval(found)


def _first_number(table, *, after):
    """The first figure of a row of a printed table."""
    (row,) = [line for line in table.splitlines() if line.startswith(after)]
    return float(row.removeprefix(after).split()[0])
