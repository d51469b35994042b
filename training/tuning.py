"""Tuning: other numbers for the recipe, adopted only where they win later.

Only rows before the hold-out are looked at, and they are cut once more. On the older ones Optuna
searches by the very loss by which the recipe chooses its number of trees, on the same forward
folds. On the newer ones the best numbers found meet the default recipe, both kept up as in
production; who has the lower loss there is used. The hold-out sees neither the search nor the
choice.

What was tried is kept in a database, one study for each table and space, so that a search that
was interrupted goes on. Each trial draws from a seed of its own number: an interrupted search
finds what an uninterrupted one does.
"""

import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from features.encoder import Encoder
from features.schema import Schema
from leads.errors import InvalidInput
from leads.progress import Progress, silent
from training.evaluation import log_losses, mean_interval
from training.fit import Leads, encoded, fit
from training.judging import Stage, contend
from training.reading import ReadTable
from training.recipe import Table, TrainingConfig, grow_on_folds
from training.report import TuningFigures
from training.splits import Split, forward_folds, newest_quarter

if TYPE_CHECKING:
    import optuna

SPACE: Mapping[str, tuple[float, float]] = {
    "num_leaves": (3, 16),
    "learning_rate": (0.02, 0.15),
    "min_data_in_leaf": (5, 400),
    "lambda_l2": (0.5, 100.0),
    "feature_fraction": (0.2, 1.0),
    "path_smooth": (0.5, 200.0),
    "cat_smooth": (5.0, 200.0),
    "cat_l2": (1.0, 200.0),
}
"""Lowest and highest value of each number; all but the fraction on a scale of multiples. More
leaves would make taking a score apart dear, which is done for every lead that is scored."""

_WHOLE = frozenset({"num_leaves", "min_data_in_leaf"})
_EVENLY = frozenset({"feature_fraction"})
_FEWEST_TRIALS = 2  # the default recipe, and something else
_FEWEST_CLASS = 2
_SECONDS = "seconds"
_BUDGET = re.compile(r"(\d{1,6}(?:\.\d+)?)\s*(s|m|h|trials?)")
_BUDGETS = "a time such as 10m, 1.5h or 90s, or a number such as 50 trials"
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600}
DATABASE = "tuning.db"
_SEEDS = 1_000_003


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How long to search, and where what was tried is kept.

    seconds   of work in all, that of an interrupted search included; None: `trials` decide
    trials    most trials in all; None: `seconds` decide
    folder    of the database; made when it is not there
    """

    folder: Path
    seconds: float | None = None
    trials: int | None = None

    def __post_init__(self) -> None:
        if self.seconds is None and self.trials is None:
            raise InvalidInput(f"say how long to tune: {_BUDGETS}")

    @classmethod
    def parse(cls, text: str, *, folder: Path) -> Self:
        """The budget that "10m", "1.5h", "90s" or "50 trials" says. Raises InvalidInput."""
        match = _BUDGET.fullmatch(text.strip())
        number = float(match[1]) if match else 0.0
        if match is None or not number:
            raise InvalidInput(f"--tune {text!r}: write {_BUDGETS}")
        if match[2].startswith("trial"):
            return cls(folder=folder, trials=max(int(number), _FEWEST_TRIALS))
        return cls(folder=folder, seconds=number * _UNIT_SECONDS[match[2]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """The recipe to go on with, and how it was decided."""

    config: TrainingConfig
    figures: TuningFigures


def tune(
    leads: Leads,
    table: ReadTable,
    *,
    config: TrainingConfig,
    tuning: Tuning,
    progress: Progress = silent,
) -> Tuned:
    """The better of the given recipe and the best one found.

    leads   those of the table before the hold-out, in time order

    Raises InvalidInput when the leads have no time order, or too few of either outcome.
    """
    if not leads.in_time:
        raise InvalidInput(
            "--tune needs --time or --ordered: what is adopted must win later than it was found"
        )
    delay, schema = table.delay, table.schema
    matured = delay.matured(leads.moments, n_rows=len(leads), total=len(table.leads))
    with_gap = config.gap if config.gap is not None else delay.duration is not None
    cut = matured if with_gap else np.arange(len(leads))
    split = newest_quarter(matured=cut, groups=leads.groups)
    _check(leads, split)
    seen = leads.take(split.fit)
    rows = encoded(Encoder.fit(seen.frame, schema), seen)
    search = _Search(table=rows, groups=seen.groups, config=config, tuning=tuning)
    found = search.run(progress)
    stage = Stage.of(leads.labels, split, matured=matured, in_time=True)
    judge = _Judge(leads=leads, split=split, stage=stage, schema=schema)
    default, best = (judge.losses(one) for one in (config, found.config))
    difference = best - default
    adopted = found.config != config and bool(difference.mean() < 0)
    return Tuned(
        config=found.config if adopted else config,
        figures=TuningFigures(
            adopted=adopted,
            trials=found.trials,
            leads=len(split.fit),
            judged=len(split.holdout),
            search_default=found.loss_default,
            search_best=found.loss_best,
            kept_up_default=float(default.mean()),
            kept_up_best=float(best.mean()),
            difference=float(difference.mean()),
            interval=mean_interval(difference, rng=np.random.default_rng(config.seed)),
            numbers=_numbers(found.config, n_rows=len(seen)),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    config: TrainingConfig
    loss_default: float
    loss_best: float
    trials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """The search on the older rows."""

    table: Table
    groups: np.ndarray | None
    config: TrainingConfig
    tuning: Tuning

    def run(self, progress: Progress) -> _Found:
        """The numbers with the lowest loss, after as many trials as the budget allows."""
        with _study(self.tuning.folder, self._name()) as study:
            self._try_all(study, progress)
            trials = _complete(study)
        losses = [float(trial.values[0]) for trial in trials]
        best = int(np.argmin(losses))  # the default recipe is the first, and wins ties
        return _Found(
            config=replace(self.config, **trials[best].params) if best else self.config,
            loss_default=losses[0],
            loss_best=losses[best],
            trials=len(trials),
        )

    def _try_all(self, study: "optuna.Study", progress: Progress) -> None:
        import optuna

        folds = forward_folds(self.table.labels, groups=self.groups)
        distributions = _distributions()

        def loss_of(config: TrainingConfig) -> float:
            tried = grow_on_folds(self.table, folds, config=config, progress=silent, what="")
            return float(tried.losses.mean(axis=0).min())

        while self._goes_on(study, progress):
            done = len(_complete(study))
            started = time.monotonic()
            if not done:
                params = _within(_numbers(self.config, n_rows=len(self.table.labels)))
                trial = optuna.trial.create_trial(
                    params=params,
                    distributions=distributions,
                    value=loss_of(self.config),
                    user_attrs={_SECONDS: time.monotonic() - started},
                )
                study.add_trial(trial)
                continue
            study.sampler = optuna.samplers.TPESampler(seed=self.config.seed * _SEEDS + done)
            asked = study.ask(distributions)
            value = loss_of(replace(self.config, **asked.params))
            asked.set_user_attr(_SECONDS, time.monotonic() - started)
            study.tell(asked, value)

    def _goes_on(self, study: "optuna.Study", progress: Progress) -> bool:
        complete = _complete(study)
        spent = sum(trial.user_attrs[_SECONDS] for trial in complete)
        seconds, trials = self.tuning.seconds, self.tuning.trials
        if seconds is not None:
            progress("tuning", int(min(spent, seconds)), max(int(seconds), 1))
        elif trials is not None:
            progress("tuning", min(len(complete), trials), trials)
        if len(complete) < _FEWEST_TRIALS:
            return True
        return (seconds is None or spent < seconds) and (trials is None or len(complete) < trials)

    def _name(self) -> str:
        """The same for the same rows, space and starting point."""
        digest = hashlib.sha256()
        for part in (self.table.rows, self.table.labels, self.groups):
            digest.update(b"none" if part is None else np.ascontiguousarray(part).tobytes())
        settled = asdict(self.config)
        settled.pop("num_threads")  # decides how fast, not what
        digest.update(json.dumps([settled, {**SPACE}], sort_keys=True).encode())
        return digest.hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    """The newer rows, where recipes meet."""

    leads: Leads
    split: Split
    stage: Stage
    schema: Schema

    def losses(self, config: TrainingConfig) -> np.ndarray:
        """(n,) kept-up losses of a recipe fitted on the older rows."""
        model = fit(
            self.leads.take(self.split.fit),
            schema=self.schema,
            config=config,
            progress=silent,
            what="",
        )
        stream = self.leads.take(np.concatenate([self.split.gap, self.split.holdout]))
        one = contend(
            self.stage,
            name="model",
            out_of_fold=model.out_of_fold,
            margins=model.margins(stream),
        )
        return log_losses(one.judged, self.stage.holdout_labels)


def _check(leads: Leads, split: Split) -> None:
    for positions, what in ((split.fit, "to search on"), (split.holdout, "to decide on")):
        won = int(leads.labels[positions].sum())
        if min(won, len(positions) - won) < _FEWEST_CLASS:
            raise InvalidInput(
                f"too little history to tune: of the {len(positions):,} leads {what}, {won:,} "
                f"converted; {_FEWEST_CLASS} of both outcomes are needed"
            )


def _numbers(config: TrainingConfig, *, n_rows: int) -> dict[str, float]:
    """What the recipe's numbers are that may be moved, when the table has `n_rows`."""
    told = config.parameters(n_rows=n_rows)
    return {name: told[name] for name in SPACE}


def _within(numbers: Mapping[str, float]) -> dict[str, Any]:
    """The numbers as near as the space has them."""
    return {
        name: min(max(value, SPACE[name][0]), SPACE[name][1]) for name, value in numbers.items()
    }


def _distributions() -> "dict[str, optuna.distributions.BaseDistribution]":
    from optuna.distributions import FloatDistribution, IntDistribution

    found: dict[str, optuna.distributions.BaseDistribution] = {}
    for name, (low, high) in SPACE.items():
        log = name not in _EVENLY
        if name in _WHOLE:
            found[name] = IntDistribution(int(low), int(high), log=log)
        else:
            found[name] = FloatDistribution(low, high, log=log)
    return found


def _complete(study: "optuna.Study") -> "list[optuna.trial.FrozenTrial]":
    """The trials that came to an end; one that was killed stays unfinished for ever."""
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


@contextmanager
def _study(folder: Path, name: str) -> "Iterator[optuna.Study]":
    """The study of that name, in the database of the folder."""
    import optuna

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / DATABASE
    told = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        storage = optuna.storages.RDBStorage(f"sqlite:///{path.as_posix()}")
    except Exception as error:
        optuna.logging.set_verbosity(told)
        raise InvalidInput(
            f"{path}, where earlier searches are kept, cannot be read ({type(error).__name__}); "
            "move it away to begin afresh"
        ) from error
    try:
        yield optuna.create_study(storage=storage, study_name=name, load_if_exists=True)
    finally:
        storage.remove_session()
        storage.engine.dispose()
        optuna.logging.set_verbosity(told)
