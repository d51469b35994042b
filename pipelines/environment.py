"""Switches of the libraries below us, set before they are imported, in every entry point."""

import os

FIXED = {
    "BENTOML_DO_NOT_TRACK": "True",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "DO_NOT_TRACK": "1",
}


def prepare_environment() -> None:
    """No telemetry and no unpickling, whatever the environment said before.

    Child processes inherit it. Call it before mlflow or bentoml is imported: they read these
    once, on import.
    """
    os.environ.update(FIXED)
