"""Every exception this project raises on purpose.

One root, four families, and the family decides what the outside world sees:
`serving.errors` maps families to HTTP statuses and `pipelines.cli` maps them
to exit codes. Add a leaf when a caller needs to tell it apart, not before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with what a caller sent.

    pointer    where it stands: a JSON pointer ("/leads/0/source"), a column, or "row 17"
    code       a short word for machines ("unknown_field", "not_finite")
    detail     a sentence that names the value and says what would be right
    """

    pointer: str
    code: str
    detail: str


class LeadflowError(Exception):
    """Root of all deliberate failures; anything else escaping is a bug."""


class InvalidInput(LeadflowError):
    """The caller sent something we refuse. Nothing has been changed. (HTTP 422, exit 2)"""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class NotFound(LeadflowError):
    """The thing named by the caller does not exist. (HTTP 404, exit 3)"""


class Conflict(LeadflowError):
    """Valid on its own, but not in the present state. (HTTP 409, exit 4)"""


class Unavailable(LeadflowError):
    """Something we depend on is missing; trying again later may work. (HTTP 503, exit 5)"""


class IllegalTransition(Conflict):
    """A lead was asked to move to a stage it cannot reach from where it is."""

    def __init__(self, lead_id: str, current: str, wanted: str) -> None:
        super().__init__(f"lead {lead_id} is {current} and cannot become {wanted}")
        self.lead_id, self.current, self.wanted = lead_id, current, wanted


class NoChampion(Unavailable):
    """No champion has been promoted yet."""


class DamagedBundle(InvalidInput):
    """A model's files are not the ones that were written, or are not ours."""


class PromotionRefused(Conflict):
    """The gate held a challenger back; the message carries the figures, `decision` all of them."""

    def __init__(self, message: str, decision: Mapping[str, object]) -> None:
        super().__init__(message)
        self.decision = decision
