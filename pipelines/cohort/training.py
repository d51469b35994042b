"""Training from the store: from everything that is known of leads to a registered challenger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from features.history.catalogue import HISTORY
from features.inference import infer_schema
from features.schema import DeclaredField, Field, Side, read_declared
from features.values import EPOCH, MICROSECOND
from leads.clock import Clock
from leads.errors import InvalidInput, NoChampion
from leads.progress import Progress, silent
from pipelines.clock import system_clock
from pipelines.cohort.asked import Asked
from pipelines.cohort.inputs import CARD, FROM_HISTORY
from pipelines.cohort.table import (
    CONVERTED_AT,
    GROUP,
    LEAD,
    OURS,
    POSITIVE,
    TARGET,
    TIME,
    CohortTable,
    cohort_table,
)
from pipelines.settings import Settings
from pipelines.train import Beside, Trained, TrainOptions, train
from scoring.bundle import load_bundle
from scoring.pointer import read_pointer
from store.database import Store
from training.labels import MIN_CLASS
from training.leaks import changed_at_outcome, filled_with_outcome, suspects_of
from training.report import joined


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOptions:
    """What `leadflow train` may be told when it learns from the store.

    drop    columns to leave out, which must be there
    avoid   columns to leave out where they are there
    """

    asked: Asked = field(default_factory=Asked)
    drop: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    fields: Mapping[str, DeclaredField] | Path | None = None
    min_class: int = MIN_CLASS
    seed: int = 0
    tune: str | None = None


def train_from_store(
    store: Store,
    options: StoreOptions,
    *,
    settings: Settings,
    name: str | None = None,
    clock: Clock = system_clock,
    progress: Progress = silent,
    config: Any = None,  # a training.recipe.TrainingConfig
) -> Trained:
    """Learn from the store; track, judge and register the model as challenger.

    Raises InvalidInput when too little is known, before anything is written.
    """
    progress("reading the store", 0, 1)
    with store.reading() as unit:
        table = cohort_table(unit, options.asked, now=clock(), min_class=options.min_class)
    progress("reading the store", 1, 1)
    _check_drop(options, table)
    declared = _declared(options.fields)
    return train(
        table.frame,
        TrainOptions(
            target=TARGET,
            positive=POSITIVE,
            time=TIME,
            converted_at=CONVERTED_AT,
            group=GROUP,
            drop=_left_out(options, table),
            label_delay=f"{options.asked.window_days}d",
            fields=declared,
            min_class=options.min_class,
            seed=options.seed,
        ),
        settings=settings,
        name=name,
        progress=progress,
        config=config,
        beside=_beside(table, declared, settings=settings, name=name or settings.model_name),
        tune=options.tune,
    )


def options_of_card(card: Mapping[str, Any]) -> StoreOptions:
    """What a model from the store was told: the question, and the columns to leave out."""
    avoid = str(card.get("options", {}).get("drop", "")).split(",")
    return StoreOptions(
        asked=Asked.of_card(card["cohort"]),
        avoid=tuple(column for column in avoid if column not in ("", LEAD)),
    )


def _left_out(options: StoreOptions, table: CohortTable) -> tuple[str, ...]:
    there = (column for column in options.avoid if column in table.frame.columns)
    return tuple(dict.fromkeys((LEAD, *options.drop, *there)))


def _declared(
    told: Mapping[str, DeclaredField] | Path | None,
) -> dict[str, DeclaredField]:
    """Kinds and sides of the history, under what a person has written down."""
    own = {
        feature.name: DeclaredField(kind=feature.kind, side=Side.ENGAGEMENT) for feature in HISTORY
    }
    return own | dict(read_declared(told) if isinstance(told, Path) else told or {})


def _beside(
    table: CohortTable, declared: Mapping[str, DeclaredField], *, settings: Settings, name: str
) -> Beside:
    found = changed_at_outcome(
        table.cohort,
        table.changes,
        known_until=(table.known_until - EPOCH) // MICROSECOND,
    )
    changing, notes = suspects_of(found, table.unknown)
    filled = {name: table.frame[name].notna().to_numpy() for name in table.unknown}
    suspects = joined(changing, filled_with_outcome(filled, table.cohort.converted, table.unknown))
    return Beside(
        known_until=table.known_until,
        suspects=suspects,
        told={
            CARD: FROM_HISTORY,
            "cohort": table.to_json(),
            "history_unknown": {
                column: round(share, 4) for column, share in sorted(table.unknown.items())
            },
            "notes": list(notes),
        },
        parameters=table.asked.to_json(),
        warnings=(*table.warnings, *_no_longer(table, declared, settings, name)),
    )


def _no_longer(
    table: CohortTable, declared: Mapping[str, DeclaredField], settings: Settings, name: str
) -> tuple[str, ...]:
    """What the champion looks at and is not there any more, or of another type."""
    try:
        pointer = read_pointer(settings.var, name)
        encoder = load_bundle(pointer.bundle, digests=pointer.digests).encoder
    except (NoChampion, InvalidInput):  # none, or broken: no reason not to train a new one
        return ()
    return no_longer(encoder.fields, table.frame, declared)


def no_longer(
    fields: Sequence[Field], frame: Any, declared: Mapping[str, DeclaredField]
) -> tuple[str, ...]:
    """How the columns of a pandas frame differ from what a champion has learnt to look at.

    A source may have stopped to tell something, or tell it otherwise. The champion goes on serving;
    whether the new model does better without is for the gate to say.
    """
    told = []
    for one in fields:
        if one.name not in frame.columns:
            told.append(f"column {one.name!r}, which the champion looks at, is not there any more")
            continue
        said = {one.name: declared[one.name]} if one.name in declared else None
        found = infer_schema(frame[[one.name]], declared=said).fields
        if found and found[0].kind is not one.kind:
            told.append(
                f"column {one.name!r} held a {one.kind} when the champion was trained, and holds a"
                f" {found[0].kind} now"
            )
    return tuple(told)


def _check_drop(options: StoreOptions, table: CohortTable) -> None:
    for column in options.drop:
        if column not in table.frame.columns or column in OURS:
            there = ", ".join(name for name in table.frame.columns if name not in OURS)
            raise InvalidInput(f"--drop {column!r}: leads have no such column; they have {there}")
