"""De-duplicate a table file, or link two: each row's id and cluster, and the pairs with reasons."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leads.errors import InvalidInput, NotFound, Problem
from leads.progress import Progress, silent
from leads.score import Locale
from pipelines.tables import AS_FOUND, TableOptions, read_table, write_table

if TYPE_CHECKING:
    import pandas as pd

    from cleansing.matching import Deduplicated, Kind

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class DedupeReport:
    """What was done.

    n_rows        rows of both files
    n_clusters    clusters, single rows included
    n_merged      rows that are in a cluster with another row
    n_review      pairs that a person should decide about
    kinds         column -> kind it was compared as
    """

    n_rows: int
    n_clusters: int
    n_merged: int
    n_review: int
    n_candidates: int
    kinds: dict[str, str]
    warnings: tuple[str, ...]


def dedupe_file(
    path: Path,
    other: Path | None = None,
    *,
    out: Path,
    pairs_out: Path | None = None,
    id_column: str | None = None,
    mapping: Path | None = None,
    one_to_one: bool = False,
    bar: float | None = None,
    locale: Locale = Locale.EN,
    options: TableOptions = AS_FOUND,
    progress: Progress = silent,
) -> DedupeReport:
    """Write each row's id and cluster to `out`, and with `pairs_out` the judged pairs.

    With `other` only rows of different files are joined, `one_to_one` each with one at most.
    Rows without an id column are numbered from 1. Raises InvalidInput for ids that are missing or
    not unique, for a mapping that names what is not there, and where nothing can be compared.
    """
    from cleansing.matching import MERGE_BAR, Outcome, dedupe

    merge_bar = MERGE_BAR if bar is None else bar
    if not 0.5 <= merge_bar <= 1:
        raise InvalidInput(f"the bar is {merge_bar:g}; a probability from 0.5 to 1 is right")
    progress("read", 0, 1)
    tables = [read_table(each, **options.arguments()) for each in (path, other) if each]
    progress("read", 1, 1)
    frames = [table.frame for table in tables]
    ids = [_ids(frame, id_column, table.path) for frame, table in zip(frames, tables, strict=True)]
    columns = _columns(frames, id_column)
    kinds = _kinds(columns, mapping)
    found = dedupe(
        columns,
        kinds,
        n_left=len(frames[0]) if other else None,
        only_one=one_to_one,
        merge_bar=merge_bar,
        progress=progress,
    )
    write_table(out, _clusters_frame(found, ids))
    if pairs_out:
        write_table(pairs_out, _pairs_frame(found, ids, locale=locale, progress=progress))
    sizes = _sizes(found)
    outcomes = [pair.outcome for _, _, pair in found.pairs()]
    return DedupeReport(
        n_rows=sum(map(len, ids)),
        n_clusters=len(sizes),
        n_merged=sum(size for size in sizes if size > 1),
        n_review=sum(outcome is Outcome.REVIEW for outcome in outcomes),
        n_candidates=found.n_candidates,
        kinds={column: str(kind) for column, kind in kinds.items()},
        warnings=tuple(warning for table in tables for warning in table.warnings),
    )


def read_mapping(path: Path, headers: Sequence[str]) -> dict[str, "Kind"]:
    """Column -> kind from a TOML or JSON file; all its mistakes at once."""
    from cleansing.matching import Kind

    told = _mapping_document(path)
    allowed = ", ".join(Kind)
    problems = []
    for column, kind in told.items():
        if column not in headers:
            detail = f"there is no column {column!r}; there are {', '.join(headers)}"
            problems.append(Problem(pointer=column, code="unknown_column", detail=detail))
        if kind not in list(Kind):
            detail = f"{column} is said to be {kind!r}; right is one of {allowed}"
            problems.append(Problem(pointer=column, code="unknown_kind", detail=detail))
    if problems:
        raise InvalidInput(f"{path} does not fit the table", problems)
    return {column: Kind(str(kind)) for column, kind in told.items()}


def _mapping_document(path: Path) -> Mapping[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotFound(f"there is no mapping file {path}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text") from error
    try:
        told = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{path} cannot be read: {error}") from error
    if not isinstance(told, dict):
        raise InvalidInput(f"{path} must hold an object: column = kind")
    return told


def _ids(frame: "pd.DataFrame", column: str | None, path: Path) -> list[str]:
    if column is None:
        return [str(row) for row in range(1, len(frame) + 1)]
    if column not in frame:
        raise InvalidInput(f"{path} has no column {column!r}; it has {', '.join(frame.columns)}")
    if frame[column].isna().any():
        row = int(frame[column].isna().argmax()) + 1
        raise InvalidInput(f"{path}: row {row} has no {column}; every row needs its id")
    ids = [_text(value) for value in frame[column].tolist()]
    if frame[column].duplicated().any():
        twice = ids[int(frame[column].duplicated().argmax())]
        raise InvalidInput(f"{path}: {column} {twice!r} stands in more than one row")
    return ids


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _columns(frames: Sequence["pd.DataFrame"], id_column: str | None) -> dict[str, list[object]]:
    """The cells of the columns that all files have; missing is None."""
    common = [c for c in frames[0].columns if all(c in frame for frame in frames)]
    columns: dict[str, list[object]] = {str(c): [] for c in common if c != id_column}
    if not columns:
        raise InvalidInput("the files have no column in common; rename the headers of one")
    for frame in frames:
        for name, cells in columns.items():
            column = frame[name]
            missing = column.isna().tolist()
            cells += [
                None if gone else cell for cell, gone in zip(column.tolist(), missing, strict=True)
            ]
    return columns


def _kinds(columns: Mapping[str, Sequence[object]], mapping: Path | None) -> dict[str, "Kind"]:
    from cleansing.matching import kinds_of

    told = read_mapping(mapping, list(columns)) if mapping else {}
    found = kinds_of({name: cells for name, cells in columns.items() if name not in told})
    return {name: told.get(name) or found[name] for name in columns}


def _clusters_frame(found: "Deduplicated", ids: Sequence[Sequence[str]]) -> "pd.DataFrame":
    import pandas as pd

    rows = {"id": [one for each in ids for one in each], "cluster": found.clusters + 1}
    if len(ids) > 1:
        files = [place for place, each in enumerate(ids, 1) for _ in each]
        return pd.DataFrame({"file": files, **rows})
    return pd.DataFrame(rows)


def _pairs_frame(
    found: "Deduplicated", ids: Sequence[Sequence[str]], *, locale: Locale, progress: Progress
) -> "pd.DataFrame":
    import pandas as pd

    from cleansing.matching import sentence_of

    names = [one for each in ids for one in each]
    rows = []
    for number, (left, right, pair) in enumerate(found.pairs()):
        progress("reasons", number, len(found.left))
        is_one = bool(found.clusters[left] == found.clusters[right])
        reasons = inert(sentence_of(pair, locale))
        told = (names[left], names[right], round(pair.probability, 6), str(pair.outcome))
        rows.append((*told, "yes" if is_one else "no", reasons))
    progress("reasons", len(rows), len(rows))
    header = ["left_id", "right_id", "probability", "outcome", "same_cluster", "reasons"]
    return pd.DataFrame(rows, columns=header)


def inert(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would calculate.

    For files that people open; ids and files for machines stay as they are.
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def _sizes(found: "Deduplicated") -> list[int]:
    import numpy as np

    return [int(size) for size in np.bincount(found.clusters)]
