"""What makes one market harder than another: the few numbers a market is set by.

Everything else (who there is, how interest moves, what fits whom) is the same
in all markets and stands in `behaviour`, `companies`, `campaigns` and `fit`.
Difficulty was fixed with the truth and with logistic regression only, before
any model of the product existed, and `tests/sandbox` holds it there.
"""

from dataclasses import dataclass, replace
from typing import Self

from leads.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSpec:
    """One market.

    base_rate           share of leads that convert within the label window
    label_weeks         the label window after hand-over, in weeks
    nurture_days        shortest and longest time between creation and hand-over
    history_days        days over which the leads of the training table were created
    interest_effect     factor on how much interest moves the hazard of conversion
    fit_effect          factor on how much fit moves it
    machine_noise       factor on the rates of machine-made opens and clicks
    missing             factor on the rates of missing fields
    drift               0 = relations stand still, 1 = over the history they change to another table
    newcomer_day        from this day on a channel that never ran before brings one lead in seven
    shift_day           leads handed over from this day on convert at another level ...
    level_shift         ... their log hazard is this much higher
    noise_columns       whether the export carries columns that mean nothing
    rating_column       whether it carries marketing's own rating: honest, made of visible
                        things only, and misleading (it likes big companies and many visits)
    """

    name: str
    base_rate: float
    label_weeks: int = 13
    nurture_days: tuple[int, int] = (7, 30)
    history_days: int = 540
    interest_effect: float = 1.0
    fit_effect: float = 0.5
    machine_noise: float = 1.0
    missing: float = 1.0
    drift: float = 0.0
    newcomer_day: int | None = None
    shift_day: int | None = None
    level_shift: float = 0.0
    noise_columns: bool = False
    rating_column: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.base_rate < 1:
            raise InvalidInput(f"base_rate is {self.base_rate}, it must lie between 0 and 1")
        shortest, longest = self.nurture_days
        if not 1 <= shortest <= longest:
            raise InvalidInput(
                f"nurture_days is {self.nurture_days}, need 1 <= shortest <= longest"
            )
        if self.label_weeks < 1 or self.history_days < 1:
            raise InvalidInput("label_weeks and history_days must be at least 1")
        for name in ("newcomer_day", "shift_day"):
            day = getattr(self, name)
            if day is not None and day < 0:
                raise InvalidInput(f"{name} is {day}, days count from 0, the market's first")

    @property
    def before_changes(self) -> Self:
        """The market as it is while nothing has broken in."""
        return replace(self, newcomer_day=None, shift_day=None, level_shift=0.0)


PLAIN = MarketSpec(name="plain", base_rate=0.10)
HARD = MarketSpec(
    name="hard",
    base_rate=0.03,
    interest_effect=0.75,
    fit_effect=1.0,
    machine_noise=1.5,
    missing=2.0,
    drift=1.0,
    noise_columns=True,
    rating_column=True,
)
MARKETS = {spec.name: spec for spec in (PLAIN, HARD)}


def spec_of(market: str | MarketSpec) -> MarketSpec:
    """The market of that name, or the given one. Raises InvalidInput for an unknown name."""
    if isinstance(market, MarketSpec):
        return market
    if market not in MARKETS:
        raise InvalidInput(f"there is no market {market!r}, choose one of: {', '.join(MARKETS)}")
    return MARKETS[market]
