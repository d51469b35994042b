"""Train: a table in; a judged model, a tracked run and a registered challenger out.

Everything is read, checked, fitted and drawn before a run is opened, so that bad input leaves
nothing behind.
"""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from features.encoder import Encoder
from features.schema import DeclaredField
from leads.errors import InvalidInput, NoChampion
from leads.progress import Progress, silent
from pipelines.champions import KEEPER
from pipelines.clock import system_clock
from pipelines.contest import FIRST_FIT, GATE
from pipelines.environment import prepare_environment
from pipelines.health.banding import USUAL_DRIFT
from pipelines.health.usual import usual_drift
from pipelines.playbook import load_profile, points_rule
from pipelines.reports.drawing import draw
from pipelines.reports.model_card import model_card
from pipelines.settings import Settings, load_settings
from pipelines.tables import AS_FOUND, TableOptions, read_table
from pipelines.tables.refusals import file_named
from scoring.bundle import load_bundle, write_bundle
from scoring.pointer import pointer_path, read_pointer
from training.evidence import Evidence, digests_of_fit, save_evidence
from training.labels import MIN_CLASS
from training.learning import TrainingResult
from training.learning import train as learn
from training.matured import LabelColumns, trained_state
from training.report import Suspect
from training.timeline import LabelDelay
from training.tuning import Tuning

REPORT = "report.json"
FIGURES = ("holdout", "kept_up", "cv", "baselines", "timing")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """What `leadflow train` may be told about a table; see `training.train`."""

    target: str
    time: str | None = None
    ordered: bool = False
    group: str | None = None
    drop: tuple[str, ...] = ()
    positive: str | None = None
    converted_at: str | None = None
    label_delay: str = "2%"
    fields: Mapping[str, DeclaredField] | Path | None = None
    min_class: int = MIN_CLASS
    seed: int = 0

    def arguments(self) -> dict[str, Any]:
        """As keyword arguments of `training.train`."""
        return {name: getattr(self, name) for name in self.__slots__}

    def told(self) -> dict[str, object]:
        """What a run keeps of them."""
        return {
            name: ",".join(value) if name == "drop" else value
            for name, value in self.arguments().items()
            if value is not None and value is not False and value != () and name != "fields"
        } | ({} if self.fields is None else {"fields": "declared"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known of a frame beside its columns: where it was made, and as of when.

    known_until   as of when its outcomes are known
    suspects      columns that are suspect for what the frame does not show
    told          for report and card: the label, exclusions, unknown history
    parameters    for the run
    """

    known_until: datetime
    suspects: tuple[Suspect, ...]
    told: Mapping[str, Any]
    parameters: Mapping[str, object]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model that has been registered.

    warnings   what reading the table and training found worth telling
    told       what is known beside the table
    """

    name: str
    version: str
    run_id: str
    result: TrainingResult
    warnings: tuple[str, ...]
    told: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What `leadflow train --json` prints."""
        report = self.result.to_json(name=self.name, version=self.version, run_id=self.run_id)
        return report | dict(self.told)


def train(
    data: Path | pd.DataFrame,
    options: TrainOptions,
    *,
    settings: Settings | None = None,
    name: str | None = None,
    reading: TableOptions = AS_FOUND,
    progress: Progress = silent,
    config: Any = None,  # a training.recipe.TrainingConfig
    beside: Beside | None = None,
    tune: str | None = None,
) -> Trained:
    """Learn from a table file or a frame, track the run, register version and alias `challenger`.

    tune    how long to search for better numbers than the recipe's: "10m", "50 trials"

    Raises InvalidInput before anything is written.
    """
    prepare_environment()
    settings = settings or load_settings()
    name = name or settings.model_name
    pointer_path(settings.var, name)
    frame, origin, told = _read(data, reading)
    rule = points_rule(load_profile(settings))
    arguments = options.arguments() | {"now": system_clock(), "points": rule}
    if beside is not None:
        origin, told = origin | {"name": "store"}, beside.warnings
        arguments |= {"known_until": beside.known_until, "suspects": beside.suspects}
    if tune is not None:
        arguments["tuning"] = Tuning.parse(tune, folder=settings.var / "tuning")
    _check_tracking(settings)
    with file_named(data):
        result = learn(frame, **arguments, progress=progress, config=config)
    return _register(
        result,
        frame=frame,
        origin=origin,
        told=told,
        options=options,
        settings=settings,
        name=name,
        now=arguments["now"],
        beside=beside,
    )


def _check_tracking(settings: Settings) -> None:
    """A wrong address is told before minutes are spent on learning."""
    from training.tracking import check_tracking

    check_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns")


def _read(
    data: Path | pd.DataFrame, reading: TableOptions
) -> tuple[pd.DataFrame, dict[str, Any], tuple[str, ...]]:
    """The frame, where it comes from, and what reading it found."""
    if isinstance(data, pd.DataFrame):
        return data, {"name": "frame", "source": None, "digest": _digest(data)}, ()
    table = read_table(data, **reading.arguments())
    origin = {"name": data.name, "source": data.name, "digest": table.digest}
    return table.frame, origin, table.warnings


def _register(
    result: TrainingResult,
    *,
    frame: pd.DataFrame,
    origin: Mapping[str, Any],
    told: Sequence[str],
    options: TrainOptions,
    settings: Settings,
    name: str,
    now: datetime,
    beside: Beside | None,
) -> Trained:
    from training.tracking import DataOrigin, Logged, RunContent, log_run, open_tracking

    pictures, legend = draw(result)
    known = {} if beside is None else dict(beside.told)
    report = result.to_json() | known | {"legend": legend}
    where = {"table": origin["name"], "digest": origin["digest"]}
    with tempfile.TemporaryDirectory() as scratch:
        card_of = _bundle_card(result, options, name=name) | known
        folders = _folders(result, frame, card_of, settings, name=name, place=Path(scratch))

        def card(logged: Logged) -> str:
            model = {"name": logged.name, "version": logged.version}
            told_of = report | {"model": model, "run_id": logged.run_id, "data": where}
            return model_card(told_of, pictures=pictures)

        logged = log_run(
            open_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns"),
            RunContent(
                parameters=_parameters(result, options)
                | ({} if beside is None else dict(beside.parameters)),
                figures={key: report[key] for key in FIGURES},
                texts={REPORT: _json(report | {"data": where})}
                | _keeper(result, frame, options, now=now, beside=beside),
                folders={key: folders[key] for key in (GATE, FIRST_FIT)},
                pictures={f"pictures/{key}.png": png for key, png in pictures.items()},
            ),
            name=name,
            origin=DataOrigin(**origin),
            frame=frame,
            bundle=folders["bundle"],
            encoder=result.encoder,
            card=card,
        )
    return Trained(
        name=name,
        version=logged.version,
        run_id=logged.run_id,
        result=result,
        warnings=(*told, *report["warnings"]),
        told=known,
    )


def _keeper(
    result: TrainingResult,
    frame: pd.DataFrame,
    options: TrainOptions,
    *,
    now: datetime,
    beside: Beside | None,
) -> dict[str, str]:
    """The state from which calibration goes on in production; none without a time column."""
    if result.keeper is None or options.time is None:
        return {}
    assert result.report is not None, "trained with a report"
    columns = LabelColumns(
        target=options.target,
        positive=result.report.positive,
        time=options.time,
        delay=LabelDelay.parse(options.label_delay),
    )
    rows = frame.set_axis([str(column) for column in frame.columns], axis=1)
    state = trained_state(
        result.keeper,
        rows,
        columns,
        encoder=result.encoder,
        now=now,
        known_until=None if beside is None else beside.known_until,
    )
    return {KEEPER: _json(state.to_state())}


def _folders(
    result: TrainingResult,
    frame: pd.DataFrame,
    card: Mapping[str, Any],
    settings: Settings,
    *,
    name: str,
    place: Path,
) -> dict[str, Path]:
    """The bundle, the first fit as a bundle, and the evidence for the gate, as folders."""
    assert result.first is not None, "trained with a report"
    folders = {key: place / key for key in ("bundle", FIRST_FIT, GATE)}
    result.write_bundle(folders["bundle"], card=card)
    first = result.first.model
    write_bundle(
        folders[FIRST_FIT],
        booster=first.booster,
        encoder=first.encoder,
        curve=first.curve,
        reference=result.reference,
        card={**card, "fit": "first: has not seen the hold-out, for judging only"},
    )
    save_evidence(_evidence(result, frame, settings, name=name), folders[GATE])
    return folders


def _evidence(
    result: TrainingResult, frame: pd.DataFrame, settings: Settings, *, name: str
) -> Evidence:
    first, stage, report = result.first, result.stage, result.report
    assert first is not None, "trained with a report"
    assert stage is not None, "trained with a report"
    assert report is not None, "trained with a report"
    assert result.stream is not None, "trained with a report"
    assert result.stream_rows is not None, "trained with a report"
    kept = [field.name for field in result.encoder.fields]
    kept += [column for column in _champions_columns(settings, name) if column not in kept]
    rows = frame.set_axis([str(column) for column in frame.columns], axis=1)
    stream = rows.iloc[result.stream_rows][[c for c in kept if c in rows.columns]]
    return Evidence(
        kind=report.holdout.kind,
        stage=stage,
        contenders=result.contenders,
        stream=stream.reset_index(drop=True),
        moments=result.stream.moments,
        columns=tuple(rows.columns),
        out_of_fold=first.model.out_of_fold,
        seen=digests_of_fit(
            first.model.encoder,
            first.leads.frame,
            labels=first.leads.labels,
            moments=first.leads.moments,
        ),
    )


def _champions_columns(settings: Settings, name: str) -> list[str]:
    """The columns the present champion reads, so that it can be judged on this hold-out."""
    try:
        pointer = read_pointer(settings.var, name)
        return _columns(load_bundle(pointer.bundle, digests=pointer.digests).encoder)
    except (NoChampion, InvalidInput):  # none, or broken: no reason not to train a new one
        return []


def _columns(encoder: Encoder) -> list[str]:
    return [field.name for field in encoder.fields]


def _bundle_card(result: TrainingResult, options: TrainOptions, *, name: str) -> dict[str, Any]:
    """What the bundle says about itself; without a moment, so that equal trainings are equal."""
    report = result.to_json()
    left_out = ("model", "run_id", "calibration_curve", "gain_curve", "score_bands")
    kept = {key: value for key, value in report.items() if key not in left_out}
    drift = usual_drift(result)
    return kept | {"name": name, "options": options.told(), USUAL_DRIFT: drift}


def _parameters(result: TrainingResult, options: TrainOptions) -> dict[str, object]:
    recipe = result.config.parameters(n_rows=len(result.leads))
    left_out = ("objective", "verbose", "deterministic", "force_row_wise")
    kept = {f"lightgbm.{key}": value for key, value in recipe.items() if key not in left_out}
    return options.told() | {"trees": result.n_trees} | kept


def _digest(frame: pd.DataFrame) -> str:
    hashed = pd.util.hash_pandas_object(frame.astype(str), index=False).to_numpy()
    return hashlib.sha256(
        hashed.tobytes() + "\0".join(map(str, frame.columns)).encode()
    ).hexdigest()


def _json(content: Mapping[str, Any]) -> str:
    import json

    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
