"""The rules a company edits: a folder of TOML files, the packaged one if settings name none."""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leads.errors import NotFound
from pipelines.settings import Settings
from scoring.profile import Profile, points_of_frame, read_profile

if TYPE_CHECKING:
    import numpy as np

    from training.baselines import Points

PROFILE = "profile.toml"


def playbook_folder(settings: Settings) -> Path:
    """Where the rules are. Raises NotFound when the folder that was told is not there."""
    if settings.playbook is None:
        return Path(str(files("playbook")))
    if not settings.playbook.is_dir():
        raise NotFound(f"LEADFLOW_PLAYBOOK: there is no folder {settings.playbook}")
    return settings.playbook


def load_profile(settings: Settings) -> Profile:
    """The ideal customer profile. Raises NotFound, or InvalidInput with every mistake in it.

    A playbook without a profile of its own has the packaged one.
    """
    path = playbook_folder(settings) / PROFILE
    return read_profile(path if path.exists() else Path(str(files("playbook"))) / PROFILE)


def points_rule(profile: Profile) -> "Points":
    """The profile as the baseline that every training is compared with."""

    def margins(frame: Any) -> "np.ndarray | None":  # Any: a pandas DataFrame
        points = points_of_frame(profile, frame)
        return None if points is None else profile.probability.margins(points)

    return margins
