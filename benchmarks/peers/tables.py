"""The real tables and how they are cut: T, R and five random folds.

T    the first 75 % are learnt from, the newest 25 % judged
R    learnt from up to 50, 60, ... 90 % of the rows, the next 10 % judged: five windows
CV   stratified five-fold, shuffled: beside the others, because it knows the future

Bank Marketing without `duration`, in file order; online shoppers stably sorted by Month, with and
without PageValues.
"""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

from leads.errors import InvalidInput, NotFound
from pipelines.datasets import DATASETS
from training.fit import Leads
from training.reading import ReadTable, Roles, read_table
from training.splits import HOLDOUT_SHARE, Split, stratified_folds
from training.timeline import LabelDelay

DELAY = "2%"
WINDOW_STARTS = (0.5, 0.6, 0.7, 0.8, 0.9)
WINDOW_SHARE = 0.1
FOLD_SEED = 42
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
PROTOCOLS = ("T", "R", "CV")
_SHOPPERS = "uci-online-shoppers/online_shoppers_intention.csv.gz"
_SHOPPERS_SHA = "b3055ee355f59134d851d32641183cb4a8b45def7124d2f50442a042f358e0d9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A table: its file, what the file's bytes must be, and how it is read.

    crm_variables   columns that a CRM's default variables would hold, by the variable's name
    """

    name: str
    file: str
    sha256: str
    target: str
    separator: str
    prepare: Callable[[pd.DataFrame], pd.DataFrame]
    crm_variables: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One fit and what it is judged on, named within its protocol (T, R1 .. R5, CV1 .. CV5)."""

    name: str
    protocol: str
    split: Split

    @property
    def in_time(self) -> bool:
        """Whether the judged rows come after all that were learnt from."""
        return self.protocol != "CV"


def _without_duration(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns="duration")


def _by_month(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values("Month", key=lambda month: month.map(MONTHS.index), kind="stable")


def _without_page_values(frame: pd.DataFrame) -> pd.DataFrame:
    return _by_month(frame).drop(columns="PageValues")


def _bank(name: str) -> Source:
    return Source(
        name=name.removesuffix("-full") if "additional" in name else name,
        file=f"uci-bank-marketing/{name}.csv.gz",
        sha256=DATASETS[name].sha256,
        target="y",
        separator=";",
        prepare=_without_duration,
        # none of the CRM's variables is there; by which line people were reached comes nearest
        crm_variables={"source_id": "contact"},
    )


def _shoppers(name: str, prepare: Callable[[pd.DataFrame], pd.DataFrame]) -> Source:
    return Source(
        name=name,
        file=_SHOPPERS,
        sha256=_SHOPPERS_SHA,
        target="Revenue",
        separator=",",
        prepare=prepare,
        crm_variables={"state_id": "Region", "source_id": "TrafficType"},
    )


SOURCES = {
    source.name: source
    for source in (
        _bank("bank-additional-full"),
        _bank("bank-full"),
        _shoppers("shoppers", _by_month),
        _shoppers("shoppers-no-pagevalues", _without_page_values),
    )
}


def load(source: Source, folder: Path) -> ReadTable:
    """The leads of a source. Raises NotFound without its file, InvalidInput for other bytes."""
    path = folder / source.file
    if not path.is_file():
        raise NotFound(f"there is no {path}; name the folder in LEADFLOW_DATA_DIR or --data")
    plain = gzip.decompress(path.read_bytes())
    found = hashlib.sha256(plain).hexdigest()
    if found != source.sha256:
        raise InvalidInput(f"{path} has SHA-256 {found}, the table that is known {source.sha256}")
    frame = source.prepare(pd.read_csv(BytesIO(plain), sep=source.separator))
    return read(frame, source.target)


def read(frame: pd.DataFrame, target: str) -> ReadTable:
    """A frame in time order as leads."""
    roles = Roles(target=target, ordered=True)
    return read_table(frame, roles, delay=LabelDelay.parse(DELAY), declared={}, min_class=40)


def windows_of(leads: Leads) -> list[Window]:
    """All windows of a table, T first."""
    n = len(leads)
    cut = n - round(HOLDOUT_SHARE * n)
    found = [_forward("T", "T", cut, n)]
    for number, start in enumerate(WINDOW_STARTS, start=1):
        first, end = round(start * n), min(round((start + WINDOW_SHARE) * n), n)
        found.append(_forward(f"R{number}", "R", first, end))
    folds = stratified_folds(leads.labels, groups=None, seed=FOLD_SEED)
    for number, fold in enumerate(folds, start=1):
        split = _split("stratified_fifth", fold.train, fold.test)
        found.append(Window(name=f"CV{number}", protocol="CV", split=split))
    return found


def window_names(protocol: str) -> list[str]:
    """The names of a protocol's windows."""
    return ["T"] if protocol == "T" else [f"{protocol}{number}" for number in range(1, 6)]


def _forward(name: str, protocol: str, start: int, end: int) -> Window:
    split = _split("forward", np.arange(start), np.arange(start, end))
    return Window(name=name, protocol=protocol, split=split)


def _split(kind: str, fit: np.ndarray, ahead: np.ndarray) -> Split:
    return Split(kind=kind, fit=fit, gap=np.array([], dtype=int), holdout=ahead, left_out=0)
