"""Where the real data lie, for the tests that need them; they are not part of the project.

`LEADFLOW_DATA_DIR`, else `../shared/data` beside the project. Without them a test is skipped
and says which file is missing, also on a build machine.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BANK_ADDITIONAL = "uci-bank-marketing/bank-additional-full.csv.gz"
BANK = "uci-bank-marketing/bank-full.csv.gz"
SHOPPERS = "uci-online-shoppers/online_shoppers_intention.csv.gz"


def data_dir() -> Path:
    return Path(os.environ.get("LEADFLOW_DATA_DIR") or ROOT.parent / "shared" / "data")


def real_file(name: str) -> Path:
    """The path of a real file; skips the test that asks when it is not there."""
    path = data_dir() / name
    if not path.is_file():
        # the data are not ours to ship, so a clone alone does not have them; the line says so
        pytest.skip(f"real data missing: {path} (set LEADFLOW_DATA_DIR)")
    return path
