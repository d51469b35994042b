"""Who meets whom, and on which leads: what the gate is asked.

A challenger and the present champion meet on the newer of their two hold-outs, each judged by its
first fit, which has not seen its own hold-out (docs/adr/0005). Leads of that hold-out which the
other one did learn from are set aside for everyone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from leads.errors import Conflict, NotFound
from scoring.bundle import load_bundle
from training.evaluation import log_losses
from training.evidence import Evidence, Guest, invite, load_evidence, newest
from training.gate import Champion, Entry, GatePolicy, PromotionDecision, decide
from training.judging import Contender
from training.report import Suspect
from training.slices import SliceReport, compare_slices

if TYPE_CHECKING:
    import pandas as pd

    from training.registry import Registry, Version

GATE, FIRST_FIT = "gate", "first_fit"
FEWEST_UNSEEN = 5
"""Leads of either outcome that nobody has seen; with fewer, all are compared and it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Contenders on the leads they are compared on.

    contenders   "model" (the challenger), "constant", "logistic_regression", "points" when the
                 training had the rule, and "champion" when there is one
    frame        the leads as the table had them, to tell their kinds apart
    notes        what a reader of the decision should know about the comparison
    """

    contenders: Mapping[str, Entry]
    labels: np.ndarray
    frame: "pd.DataFrame"
    kept_up: bool
    notes: tuple[str, ...]

    def decide(
        self,
        report: Mapping[str, Any],
        *,
        champion: tuple[str, float] | None,
        allowed: Mapping[str, str],
        first: bool,
        policy: GatePolicy,
    ) -> PromotionDecision:
        """What the gate says; `champion` is its version and age in days."""
        return decide(
            labels=self.labels,
            challenger=self.contenders["model"],
            constant=self.contenders["constant"],
            logistic_regression=self.contenders["logistic_regression"],
            champion=None
            if champion is None
            else Champion(
                entry=self.contenders["champion"], version=champion[0], age_days=champion[1]
            ),
            suspects=[Suspect(**suspect) for suspect in report["suspects"]],
            points=self.contenders.get("points"),
            slices=None if champion is None else self._slices(policy),
            rng=np.random.default_rng(0),
            allowed=allowed,
            first=first,
            kept_up=self.kept_up,
            policy=policy,
        )

    def _slices(self, policy: GatePolicy) -> SliceReport:
        shown = (self.contenders["model"].shown, self.contenders["champion"].shown)
        ours, theirs = (log_losses(each, self.labels) for each in shown)
        return compare_slices(
            self.frame,
            self.labels,
            ours - theirs,
            tolerance=policy.tolerance,
            rng=np.random.default_rng(0),
        )


def check_same_outcome(report: Mapping[str, Any], theirs: Mapping[str, Any], *, name: str) -> None:
    """Raises Conflict when candidate and champion, by their reports, predict different things."""
    ours, other = report["target"], theirs["target"]
    if ours != other:
        raise Conflict(
            f"version {report['model']['version']} of model {name!r} predicts {_outcome(ours)} and "
            f"the champion, version {theirs['model']['version']}, {_outcome(other)}: different "
            "outcomes cannot be compared; train it under a name of its own (--name)"
        )


def _outcome(target: Mapping[str, Any]) -> str:
    return f"{target['column']!r} = {target['positive']!r}"


def hold_contest(
    registry: "Registry", candidate: "Version", champion: "Version | None", *, place: Path
) -> Contest:
    """Bring both on one hold-out; `place` is a folder for what is fetched.

    Raises NotFound when a run has no evidence, Conflict when they cannot be compared.
    """
    own = _evidence(registry, candidate, place / "candidate")
    if champion is None:
        return _contest(own, own.contenders, guest=None)
    theirs = _evidence(registry, champion, place / "champion")
    later = own if int(candidate.number) > int(champion.number) else theirs
    stage = later if own.moments is None or theirs.moments is None else newest(theirs, own)
    if stage is own:
        guest = _invite(registry, champion, stage, own=theirs, place=place / "champion")
        return _contest(stage, {**stage.contenders, "champion": guest.contender}, guest=guest)
    guest = _invite(registry, candidate, stage, own=own, place=place / "candidate")
    met = {**stage.contenders, "champion": stage.contenders["model"], "model": guest.contender}
    return _contest(stage, met, guest=guest)


def _evidence(registry: "Registry", version: "Version", place: Path) -> Evidence:
    place.mkdir()
    try:
        return load_evidence(registry.fetch_artifacts(version, GATE, into=place))
    except NotFound as error:
        raise NotFound(
            f"the run of version {version.number} has no hold-out to be judged on; only models "
            "made by `leadflow train` can be promoted"
        ) from error


def _invite(
    registry: "Registry", version: "Version", stage: Evidence, *, own: Evidence, place: Path
) -> Guest:
    bundle = load_bundle(registry.fetch_artifacts(version, FIRST_FIT, into=place))
    return invite(stage, bundle=bundle, own=own)


def _contest(
    stage: Evidence, contenders: Mapping[str, Contender], *, guest: Guest | None
) -> Contest:
    labels, chosen = stage.stage.holdout_labels, np.ones(stage.n_holdout, dtype=bool)
    if guest is not None and _enough(labels[guest.unseen]):
        chosen = guest.unseen
    return Contest(
        contenders={
            name: Entry(margins=each.margins[chosen], shown=each.judged[chosen])
            for name, each in contenders.items()
        },
        labels=labels[chosen],
        frame=stage.stream.iloc[stage.stage.n_gap :][chosen],
        kept_up=stage.stage.in_time,
        notes=() if guest is None else _notes(guest, n_compared=int(chosen.sum())),
    )


def _enough(labels: np.ndarray) -> bool:
    won = int(labels.sum())
    return min(won, len(labels) - won) >= FEWEST_UNSEEN


def _notes(guest: Guest, *, n_compared: int) -> tuple[str, ...]:
    n, seen = len(guest.unseen), int((~guest.unseen).sum())
    notes = []
    if seen and n_compared < n:
        notes.append(
            f"{seen:,} of the {n:,} leads were learnt from by one of the two; they are compared on "
            "the others"
        )
    elif seen:
        notes.append(
            f"{seen:,} of these {n:,} leads, too many to leave out, were learnt from by one of the "
            "two: the comparison favours it"
        )
    if guest.missing:
        columns = ", ".join(map(repr, guest.missing))
        notes.append(f"the table has no {columns} any more, which one of the two reads")
    return tuple(notes)
