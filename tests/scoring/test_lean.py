import subprocess
import sys

import pytest

LEAN = """
from scoring.lean import load_lightgbm_alone
load_lightgbm_alone()
import lightgbm, sys
assert not {"pandas", "sklearn"} & set(sys.modules)
import numpy as np
rows = np.arange(200.0).reshape(-1, 2)
train = lightgbm.Dataset(rows, rows[:, 0] > 100)
booster = lightgbm.train({"objective": "binary", "num_threads": 1, "verbose": -1}, train, 3)
assert booster.predict(rows).shape == (100,)
import importlib.util
assert importlib.util.find_spec("pandas")
"""


def test_lightgbm_works_without_pandas_and_scikit_learn_which_stay_importable():
    subprocess.run([sys.executable, "-c", LEAN], check=True, timeout=120)


def test_where_lightgbm_is_loaded_already_nothing_changes():
    from scoring.lean import load_lightgbm_alone

    pandas = pytest.importorskip("pandas")
    import lightgbm

    load_lightgbm_alone()

    assert sys.modules["pandas"] is pandas
    assert sys.modules["lightgbm"] is lightgbm
