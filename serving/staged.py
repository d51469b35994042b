"""Where the champion is looked for: the pointer that was promoted, or what a bento carries."""

from pathlib import Path

from scoring.pointer import is_model_name, pointer_path


def champion_home(var: Path, name: str, *, staged: Path | None) -> tuple[Path, str]:
    """The folder whose pointer is followed, and the name of the model.

    A bento (`staged` given) serves what it was built with, unless `var` has a champion of its
    own: then it follows that one as any other service does.
    """
    if staged is None or pointer_path(var, name).exists():
        return var, name
    carried = [
        path.stem for path in (staged / "champions").glob("*.json") if is_model_name(path.stem)
    ]
    return (staged, carried[0]) if len(carried) == 1 else (var, name)
