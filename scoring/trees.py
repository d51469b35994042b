"""LightGBM's text, looked at before LightGBM reads it: a damaged one ends the process."""

from collections.abc import Sequence
from pathlib import Path

import lightgbm as lgb

from leads.errors import DamagedBundle


def read_trees(path: Path, content: bytes, *, names: Sequence[str]) -> lgb.Booster:
    """The trees in a file; only a text that looks whole is handed to LightGBM.

    names   the features they must read

    Raises DamagedBundle naming the file and what is wrong.
    """
    text = _text_of(path, content)
    header = dict(
        line.split("=", 1) for line in text.partition("\n\n")[0].split("\n") if "=" in line
    )
    if header.get("num_class") != "1" or not header.get("objective", "").startswith("binary"):
        raise DamagedBundle(f"{path} should be a model of two classes with objective binary")
    known = header.get("feature_names", "").split(" ")
    if known != list(names):
        raise DamagedBundle(
            f"{path} knows {len(known)} features, the encoder makes {len(names)}, "
            "or they are named otherwise; both must come from the same training"
        )
    try:
        booster = lgb.Booster(model_str=text)
    except lgb.basic.LightGBMError as error:
        raise DamagedBundle(f"{path} is refused by LightGBM: {error}") from error
    if booster.num_feature() != len(names):
        raise DamagedBundle(f"{path} reads {booster.num_feature()} features a row")
    return booster


def _text_of(path: Path, content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise DamagedBundle(f"{path} is not UTF-8 text: {error}") from error
    if not text.startswith("tree\n") or "\nend of trees\n" not in text:
        raise DamagedBundle(f"{path} is no LightGBM model text, or only a part of one")
    return text
