"""Who takes part: ours, other learners as they come, the same tuned, and the CRM's score."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from benchmarks.peers import learners
from benchmarks.peers.crm import DEFAULT_FIELDS, EVERY_FIELD, Fields, crm_score
from benchmarks.peers.flaml_peer import FORWARD, flaml
from benchmarks.peers.task import Answer, Answering, Task
from benchmarks.peers.tuning import SPACES, Space, better_of_ours, better_of_peer
from leads.progress import silent
from training.baselines import Learner, constant, run_baseline
from training.fit import fit
from training.recipe import TrainingConfig

OURS, OURS_TUNED = "Leadflow", "Leadflow, tuned"
TUNED_SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the tables.

    shipped       its own defaults; False: it was tuned or told something about the data
    turn          when its turn comes: cheap ones first
    in_protocols  where it takes part
    libraries     whose versions its figures depend on
    spec          whatever else they depend on, as JSON
    """

    name: str
    answer: Answering
    shipped: bool
    turn: int
    libraries: tuple[str, ...] = ()
    in_protocols: tuple[str, ...] = ("T", "R", "CV")
    spec: Mapping[str, Any] = field(default_factory=dict)
    budgeted: bool = False


def leadflow(task: Task) -> Answer:
    """The recipe of `leadflow train`; the keeper starts on the same folds as everybody's."""
    return _leadflow(task, TrainingConfig(num_threads=1), {})


def leadflow_tuned(task: Task) -> Answer:
    """The recipe with its numbers moved by the search that the others get."""
    found = better_of_ours(task, SPACES["leadflow"], rng=np.random.default_rng(TUNED_SEED))
    return _leadflow(task, TrainingConfig(num_threads=1, **found.parameters), found.facts())


def as_shipped(learner: Learner) -> Answering:
    """A learner with the parameters it has."""

    def answer(task: Task) -> Answer:
        return _learnt(task, learner, {})

    return answer


def tuned(maker: learners.Maker, space: Space) -> Answering:
    """A learner with the best parameters that a search found within the budget."""

    def answer(task: Task) -> Answer:
        rng = np.random.default_rng(TUNED_SEED)
        found = better_of_peer(task, maker, space, rng=rng)
        return _learnt(task, maker(found.parameters), found.facts())

    return answer


def _learnt(task: Task, learner: Learner, facts: dict[str, Any]) -> Answer:
    base = run_baseline(learner, task.seen, folds=task.folds, ahead=task.ahead_rows)
    return Answer(out_of_fold=base.out_of_fold, margins=base.margins, facts=facts)


def _leadflow(task: Task, config: TrainingConfig, facts: dict[str, Any]) -> Answer:
    model = fit(task.fit, schema=task.schema, config=config, progress=silent, what="")
    kept = np.full(len(task.fit), np.nan)
    for fold in task.folds:
        kept[fold.test] = model.out_of_fold[fold.test]
    return Answer(
        out_of_fold=kept,
        margins=model.margins(task.ahead),
        facts={"trees": model.n_trees, **facts},
    )


def _ours() -> list[Entry]:
    recipe = asdict(TrainingConfig(num_threads=1))
    libraries = ("lightgbm",)
    return [
        Entry(
            name=OURS,
            answer=leadflow,
            shipped=True,
            turn=1,
            libraries=libraries,
            spec={"recipe": recipe},
        ),
        Entry(
            name=OURS_TUNED,
            answer=leadflow_tuned,
            shipped=False,
            turn=3,
            libraries=libraries,
            in_protocols=("T", "R"),
            spec={"recipe": recipe, "space": SPACES["leadflow"].written()},
            budgeted=True,
        ),
    ]


def _peer(
    name: str, maker: learners.Maker, library: str, *, turns: tuple[int, int], tune: bool
) -> list[Entry]:
    shipped = Entry(
        name=name, answer=as_shipped(maker({})), shipped=True, turn=turns[0], libraries=(library,)
    )
    if not tune:
        return [shipped]
    space = SPACES[name]
    moved = Entry(
        name=f"{name}, tuned",
        answer=tuned(maker, space),
        shipped=False,
        turn=turns[1],
        libraries=(library,),
        in_protocols=("T", "R"),
        spec={"space": space.written()},
        budgeted=True,
    )
    return [shipped, moved]


def _crm(name: str, fields: Fields) -> Entry:
    return Entry(
        name=name, answer=crm_score(fields), shipped=True, turn=2, spec={"fields": fields.value}
    )


def _flaml(name: str, settings: dict[str, Any], *, shipped: bool) -> Entry:
    return Entry(
        name=name,
        answer=flaml(settings),
        shipped=shipped,
        turn=5,
        libraries=("flaml", "lightgbm", "xgboost-cpu", "catboost", "scikit-learn"),
        in_protocols=("T", "R", "CV") if shipped else ("T", "R"),
        spec=settings,
        budgeted=True,
    )


ENTRIES = {
    entry.name: entry
    for entry in (
        *_ours(),
        *_peer("logistic regression", learners.linear, "scikit-learn", turns=(0, 3), tune=True),
        *_peer("LightGBM", learners.lightgbm, "lightgbm", turns=(0, 0), tune=False),
        *_peer(
            "HistGradientBoosting",
            learners.histogram_boosting,
            "scikit-learn",
            turns=(1, 4),
            tune=True,
        ),
        *_peer("XGBoost", learners.xgboost, "xgboost-cpu", turns=(1, 4), tune=True),
        *_peer("CatBoost", learners.catboost, "catboost", turns=(6, 7), tune=True),
        _flaml("FLAML", {}, shipped=True),
        _flaml("FLAML, told of time", FORWARD, shipped=False),
        _crm("CRM naive Bayes, its variables", DEFAULT_FIELDS),
        _crm("CRM naive Bayes, all fields", EVERY_FIELD),
        Entry(name="constant", answer=as_shipped(constant), shipped=True, turn=0),
    )
}
