import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PROJECT = Path(__file__).parents[2]
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


@pytest.mark.xdist_group("notebooks")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    notebook = nbformat.read(path, as_version=4)
    monkeypatch.delenv("LEADFLOW_VAR", raising=False)

    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": tmp_path}}).execute()

    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    answers = [output.data.get("text/plain", "") for output in outputs if "data" in output]
    assert any(answer.startswith("('promote',") for answer in answers)
    assert (tmp_path / "var" / "mlruns").is_dir()
    if path.stem == "01-retrain":  # also from a CRM's export
        assert answers[-1].startswith("('promote',")
        assert (tmp_path / "var" / "champions" / "from-crm.json").exists()


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
