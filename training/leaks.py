"""Columns whose values change once the outcome is there: filled in by whoever closes the deal.

A model that sees such a column as it is today sees the outcome. Where all of a column's history is
known that is no danger, because the model sees it as of the moment; then it is only worth a note.
Where part of its values have no known history, as in a file with the values at its export, they
may be those of after the outcome, and the column is a suspect.

Identifiers are left out of a model, so a contract's number cannot mislead it. But a file in which
only those who bought have one is a file of after the outcome, and its other columns may be, too:
so it is named all the same, until somebody leaves it out by name.

Said of a column that changes: of the leads that converted, how many had it changed from a day
before that until thirty days after; and of those that did not, how many in a stretch of the same
length, as long after they were looked at as it takes to convert. Fisher's exact test, one-sided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom

from training.cohort import DAY, Cohort
from training.report import Suspect

CHANCE = 1e-4
"""Divided by the columns that were changed at all."""
TIMES = 3.0
FEWEST = 5
"""Leads that converted and whose value changed then."""
MARKED, IMPURE, OF_BASE, SURE = 20, 0.02, 0.1, 1e-8
"""As for one-sided columns of any table, see `training.onesided`."""
BEFORE, AFTER = DAY, 30 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAtOutcome:
    """How often a column changed when leads converted, and how often it does otherwise."""

    column: str
    converted: int
    of_converted: int
    others: int
    of_others: int
    chance: float

    def sentence(self) -> str:
        """In words, with the figures."""
        return (
            f"it was changed when or soon after leads converted in {self.converted:,} of "
            f"{self.of_converted:,} cases, and at such a time in {self.others:,} of "
            f"{self.of_others:,} of the others (chance {self.chance:.0e})"
        )


def changed_at_outcome(
    cohort: Cohort, changes: Mapping[str, Sequence[tuple[int, int]]], *, known_until: int
) -> list[ChangeAtOutcome]:
    """The columns that change with the outcome, the plainest first.

    changes   column -> (lead, instant) of every change that is known
    """
    last = {int(lead): place for place, lead in enumerate(cohort.leads.tolist())}
    places = np.array(sorted(last.values()), np.int64)
    if not len(places) or not cohort.converted[places].any():
        return []
    won = cohort.converted[places]
    took = np.median((cohort.converted_at - cohort.as_of)[places][won])
    moment = np.where(won, cohort.converted_at[places], cohort.as_of[places] + int(took))
    leads = cohort.leads[places]
    is_over = moment + AFTER <= known_until
    moments = dict(zip(leads[is_over].tolist(), moment[is_over].tolist(), strict=True))
    has_won = dict(zip(leads[is_over].tolist(), won[is_over].tolist(), strict=True))
    n_won = int(won[is_over].sum())
    found = []
    for column, told in changes.items():
        changed = {
            lead
            for lead, at in told
            if lead in moments and moments[lead] - BEFORE <= at <= moments[lead] + AFTER
        }
        n_changed = sum(has_won[lead] for lead in changed)
        one = ChangeAtOutcome(
            column=column,
            converted=n_changed,
            of_converted=n_won,
            others=len(changed) - n_changed,
            of_others=len(moments) - n_won,
            chance=_chance(n_changed, len(changed), n_won, len(moments)),
        )
        if _is_plain(one, n_columns=len(changes)):
            found.append(one)
    return sorted(found, key=lambda one: (one.chance, one.column))


def filled_with_outcome(
    filled: Mapping[str, np.ndarray], converted: np.ndarray, unknown: Mapping[str, float]
) -> tuple[Suspect, ...]:
    """Columns of unknown history that practically only leads which converted have.

    filled      column -> (n,) whether each snapshot has it
    converted   (n,) whether it converted
    """
    n, n_won = len(converted), int(converted.sum())
    found = []
    for column, has in sorted(filled.items()):
        n_has, n_both = int(has.sum()), int((has & converted).sum())
        impure = min(IMPURE, OF_BASE * (1 - n_won / n)) * n_has
        if column not in unknown or n_has < MARKED or n_has - n_both > impure:
            continue
        if hypergeom.sf(n_both - 1, n, n_won, n_has) < SURE:
            found.append(
                Suspect(
                    column=column,
                    evidence=f"of the {n_has:,} leads that have it {n_both:,} converted, of all "
                    f"{n_won / n:.0%}; its history is not known, so it may have been filled in "
                    "when they did",
                )
            )
    return tuple(found)


def suspects_of(
    found: Sequence[ChangeAtOutcome], unknown: Mapping[str, float]
) -> tuple[tuple[Suspect, ...], tuple[str, ...]]:
    """Those with values of unknown history as suspects, and notes about the others.

    unknown   column -> the share of its values whose history is not known
    """
    suspects, notes = [], []
    for one in found:
        if share := unknown.get(one.column, 0.0):
            why = f"{one.sentence()}, and the history of {share:.0%} of its values is not known"
            suspects.append(Suspect(column=one.column, evidence=why))
        else:
            notes.append(
                f"column {one.column!r}: {one.sentence()}; its history is known, so the model sees "
                "it as it was at the moment"
            )
    return tuple(suspects), tuple(notes)


def _chance(n_changed_won: int, n_changed: int, n_won: int, n: int) -> float:
    """Of at least so many among the converted, were the changes dealt out blindly."""
    return float(hypergeom.sf(n_changed_won - 1, n, n_won, n_changed)) if n_changed else 1.0


def _is_plain(one: ChangeAtOutcome, *, n_columns: int) -> bool:
    rate = one.converted / max(one.of_converted, 1)
    other = one.others / max(one.of_others, 1)
    return (
        one.converted >= FEWEST
        and rate >= TIMES * other
        and one.chance < CHANCE / max(n_columns, 1)
    )
