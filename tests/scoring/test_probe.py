import re
import shutil

import pytest

from leads.errors import DamagedBundle
from scoring.probe import main, probe_bundle
from tests.scoring.test_bundle import forge


def test_a_sound_bundle_passes_the_probe(written):
    probe_bundle(written, timeout=60)


def test_a_model_that_kills_lightgbm_kills_only_the_probe(written, tmp_path):
    copied = shutil.copytree(written, tmp_path / "copy")
    text = (copied / "model.txt").read_text()
    forge(copied, "model.txt", re.sub("threshold=.*", "threshold=x y z", text, count=1).encode())

    with pytest.raises(DamagedBundle, match=r"ends the process that loads it \(SIGABRT\)"):
        probe_bundle(copied, timeout=60)


def test_the_child_says_what_is_wrong_in_its_last_words(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["probe", str(tmp_path)])

    with pytest.raises(SystemExit, match=r"manifest\.json is missing"):
        main()


def test_a_probe_that_takes_too_long_is_ended(written):
    with pytest.raises(DamagedBundle, match=r"did not load and score within 0\.01 s"):
        probe_bundle(written, timeout=0.01)
