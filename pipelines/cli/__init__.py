"""The command line, `leadflow <verb>`: exit 0 done, 2 invalid input, 3 not found, 4 conflict,
5 unavailable. Importing this package imports no heavy library, so that `--help` is quick.
"""

from pipelines.cli import (
    audit,
    calibrate,
    campaign_people,
    campaigns,
    cleansing,
    data,
    database,
    doctor,
    imports,
    keys,
    merging,
    model,
    privacy,
    profile,
    reports,
    service,
    training,
    use,
    worker,
)
from pipelines.cli.shell import app, run
from pipelines.environment import prepare_environment

__all__ = [
    "app",
    "audit",
    "calibrate",
    "campaign_people",
    "campaigns",
    "cleansing",
    "data",
    "database",
    "doctor",
    "imports",
    "keys",
    "main",
    "merging",
    "model",
    "privacy",
    "profile",
    "reports",
    "service",
    "training",
    "use",
    "worker",
]


def main() -> None:
    """The entry point of the console script."""
    prepare_environment()
    raise SystemExit(run())
