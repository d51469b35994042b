"""Switches of the libraries below us, set before they are imported, in every entry point."""

import os

FIXED = {
    "BENTOML_DO_NOT_TRACK": "True",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "DO_NOT_TRACK": "1",
}

NO_PROXY_IS_BELIEVED = ("FORWARDED_ALLOW_IPS", "")
"""Otherwise uvicorn takes whatever `X-Forwarded-For` says from everybody on this machine, and a
proxy here that passes the header on lets anybody choose the address that is counted."""


def prepare_environment() -> None:
    """No telemetry and no unpickling, whatever the environment said before.

    Child processes inherit it. Call it before mlflow or bentoml is imported: they read these
    once, on import. Whose `X-Forwarded-For` counts is the only thing left to whoever starts us.
    """
    os.environ.update(FIXED)
    os.environ.setdefault(*NO_PROXY_IS_BELIEVED)
