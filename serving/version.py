"""Which Leadflow this is, also inside a bento, where it is not installed."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PROJECT_FILE = Path(__file__).resolve().parent.parent / "pyproject.toml"


def leadflow_version(project_file: Path = _PROJECT_FILE) -> str:
    """The version of the installed package, or else of the project around this file."""
    try:
        return version("leadflow")
    except PackageNotFoundError:
        project = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]
        return str(project["version"])
