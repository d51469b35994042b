"""What the gate needs to know later about a training, kept with its run as plain files.

Contenders must meet on rows none of them has seen. The registered bundle is fitted on everything,
the hold-out too, so it is the *first fit* of each training that is kept here and judged: the
challenger's and, on the same rows, the champion's. Both are then as old as their own hold-out,
and both are refitted on it before they serve.

A later table usually continues an earlier one. Its hold-out may hold rows that the champion's
first fit did learn from; `seen` are digests of those, so that they can be set aside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from features.encoder import Encoder
from features.values import category_of
from leads.errors import Conflict
from scoring.bundle import Bundle
from training.judging import Contender, Stage, contend
from training.recipe import margins_of

_ROWS, _ARRAYS = "stream.parquet", "arrays.npz"
_SHOWN = ("margins", "shown", "frozen", "kept_up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A training's hold-out, what its contenders said about it, and who they had seen.

    kind          of hold-out, as in the report
    contenders    "model" (the first fit), "constant", "logistic_regression", "points" maybe
    stream        (n_gap + n_holdout) leads as the table had them, in the order of `stage`
    moments       (n_gap + n_holdout,) datetime64[us], or None
    columns       all columns the table had; `stream` keeps those that some model reads
    out_of_fold   (n_fit,) margins of the first fit's own leads, NaN where none
    seen          digests of the leads the first fit learnt from
    """

    kind: str
    stage: Stage
    contenders: Mapping[str, Contender]
    stream: pd.DataFrame
    moments: np.ndarray | None
    columns: tuple[str, ...]
    out_of_fold: np.ndarray
    seen: np.ndarray

    @property
    def n_holdout(self) -> int:
        """How many leads are judged on."""
        return len(self.stage.holdout_labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A model on somebody else's hold-out.

    unseen    (n_holdout,) whether its first fit had not seen the lead
    missing   its fields that the hold-out does not have
    """

    contender: Contender
    unseen: np.ndarray
    missing: tuple[str, ...]


def invite(evidence: Evidence, *, bundle: Bundle, own: Evidence) -> Guest:
    """The first fit in `bundle` on the hold-out of `evidence`; `own` is of its own training.

    It gets the same calibrator as everyone: warm-started on its own out-of-fold margins, then
    replayed over these rows. Raises Conflict when these rows do not tell what it reads.
    """
    stage, encoder = evidence.stage, bundle.encoder
    _check_readable(evidence, encoder)
    rows = encoder.encode_frame(evidence.stream, as_of=evidence.moments)
    contender = contend(
        replace(stage, fit_labels=own.stage.fit_labels),
        name="guest",
        out_of_fold=own.out_of_fold,
        margins=margins_of(bundle.booster, rows),
    )
    digests = row_digests(rows, labels=stage.labels, moments=evidence.moments)
    given = {str(column) for column in evidence.stream.columns}
    return Guest(
        contender=contender,
        unseen=~np.isin(digests, own.seen)[stage.n_gap :],
        missing=tuple(field.name for field in encoder.fields if field.name not in given),
    )


def row_digests(rows: np.ndarray, *, labels: np.ndarray, moments: np.ndarray | None) -> np.ndarray:
    """(n,) uint64 of encoded leads with their outcome and time; the same on every machine."""
    told = pd.DataFrame(rows).assign(label=labels.astype(np.float64))
    if moments is not None:
        told = told.assign(moment=moments.astype("datetime64[us]").astype(np.int64))
    return np.asarray(pd.util.hash_pandas_object(told, index=False), dtype=np.uint64)


def digests_of_fit(
    encoder: Encoder, frame: pd.DataFrame, *, labels: np.ndarray, moments: np.ndarray | None
) -> np.ndarray:
    """Sorted digests of the leads a model was fitted on."""
    rows = encoder.encode_frame(frame, as_of=moments)
    return np.unique(row_digests(rows, labels=labels, moments=moments))


def newest(first: Evidence, second: Evidence) -> Evidence:
    """The one whose hold-out reaches further; `second` where that cannot be told."""
    if first.moments is None or second.moments is None:
        return second
    return first if first.moments[-1] > second.moments[-1] else second


def save_evidence(evidence: Evidence, folder: Path) -> None:
    """Write the files; no pickle among them."""
    folder.mkdir(parents=True)
    _storable(evidence.stream).to_parquet(folder / _ROWS, index=False)
    stage = evidence.stage
    arrays: dict[str, np.ndarray] = {
        "kind": np.array(evidence.kind),
        "contenders": np.array(list(evidence.contenders)),
        "columns": np.array(evidence.columns),
        "fit_labels": stage.fit_labels,
        "labels": stage.labels,
        "matured": stage.matured,
        "n_gap": np.array(stage.n_gap),
        "in_time": np.array(stage.in_time),
        "out_of_fold": evidence.out_of_fold,
        "seen": evidence.seen,
    }
    if evidence.moments is not None:
        arrays["moments"] = evidence.moments.astype("datetime64[us]").astype(np.int64)
    for name, contender in evidence.contenders.items():
        for part in _SHOWN:
            if getattr(contender, part) is not None:
                arrays[f"{name}.{part}"] = getattr(contender, part)
    np.savez_compressed(folder / _ARRAYS, allow_pickle=False, **arrays)


def load_evidence(folder: Path) -> Evidence:
    """What `save_evidence` wrote."""
    with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
        stage = Stage(
            fit_labels=arrays["fit_labels"],
            labels=arrays["labels"],
            matured=arrays["matured"],
            n_gap=int(arrays["n_gap"]),
            in_time=bool(arrays["in_time"]),
        )
        moments = arrays["moments"].view("datetime64[us]") if "moments" in arrays else None
        return Evidence(
            kind=str(arrays["kind"]),
            stage=stage,
            contenders={str(name): _contender(str(name), arrays) for name in arrays["contenders"]},
            stream=pd.read_parquet(folder / _ROWS),
            moments=moments,
            columns=tuple(str(column) for column in arrays["columns"]),
            out_of_fold=arrays["out_of_fold"],
            seen=arrays["seen"],
        )


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of mixed cells, which Parquet cannot hold, as text: the encoder reads both alike."""
    mixed = {
        str(name): column.map(category_of).astype("str")
        for name, column in frame.items()
        if column.dtype == object and not _of_one_type(column)
    }
    return frame.assign(**mixed)


def _of_one_type(column: pd.Series) -> bool:
    try:
        pa.array(column, from_pandas=True)
    except pa.ArrowException:
        return False
    return True


def _check_readable(evidence: Evidence, encoder: Encoder) -> None:
    kept = {str(column) for column in evidence.stream.columns}
    lost = [f.name for f in encoder.fields if f.name not in kept and f.name in evidence.columns]
    if lost:
        raise Conflict(
            f"the hold-out was kept without {', '.join(map(repr, lost))}, which the model to "
            "compare with reads, because that one was no champion then; train again"
        )
    if encoder.has_dates and evidence.moments is None:
        raise Conflict(
            "the model to compare with reads dates as ages, and this hold-out has no times; "
            "train again with --time"
        )


def _contender(name: str, arrays: Mapping[str, np.ndarray]) -> Contender:
    parts = {part: arrays.get(f"{name}.{part}") for part in _SHOWN}
    assert parts["margins"] is not None, "every contender has margins"
    assert parts["shown"] is not None, "every contender shows something"
    return Contender(
        name=name,
        margins=parts["margins"],
        shown=parts["shown"],
        frozen=parts["frozen"],
        kept_up=parts["kept_up"],
    )
