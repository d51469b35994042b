"""A folder for the figures of one service, shared by its worker processes.

BentoML gives every service of a machine the same folder, and empties it whenever one starts.
"""

import atexit
import os
import shutil
import tempfile

PROMETHEUS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
OWN_FOLDER = "LEADFLOW_METRICS_FOLDER"
"""How the process that starts the workers tells them their folder."""


def make_own_folder() -> None:
    """In the process that starts the workers: a new folder, there as long as this process is."""
    folder = tempfile.mkdtemp(prefix="leadflow-metrics-")
    os.environ[OWN_FOLDER] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


def use_own_folder() -> None:
    """In a worker, before prometheus_client is imported: it looks for its folder only then."""
    folder = os.environ.get(OWN_FOLDER)
    if folder is not None and PROMETHEUS_FOLDER in os.environ:
        os.environ[PROMETHEUS_FOLDER] = folder
