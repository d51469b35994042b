"""The campaigns of a market: what marketing ran, when, at what cost, and how good it was.

Some run all the time (the website, search ads, partners), the others for a few
weeks each. A campaign's own quality is hidden: it shifts how interested the
people are whom it brings. The export shows name, channel, dates and cost.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leads.campaigns import Channel

# How interested the people are whom a channel brings, on the scale of `first_states`.
_APPEAL = {
    Channel.PAID_SEARCH: 0.06,
    Channel.ORGANIC: 0.09,
    Channel.CONTENT: -0.09,
    Channel.EMAIL: -0.03,
    Channel.SOCIAL: -0.21,
    Channel.REFERRAL: 0.24,
    Channel.SPONSORSHIP: -0.18,
    Channel.SEMINAR: 0.12,
    Channel.CONFERENCE: 0.0,
    Channel.DIRECT: 0.06,
    Channel.OTHER: 0.0,
}
CHANNELS = tuple(_APPEAL)
_ALWAYS_ON = (
    ("Website", Channel.ORGANIC, 1.4),
    ("Direct enquiries", Channel.DIRECT, 0.7),
    ("Search ads", Channel.PAID_SEARCH, 1.5),
    ("Partner referrals", Channel.REFERRAL, 1.0),
    ("Newsletter", Channel.EMAIL, 0.7),
)
_TIMED = (
    ("White paper", Channel.CONTENT),
    ("Regional seminar", Channel.SEMINAR),
    ("Social series", Channel.SOCIAL),
    ("Trade fair", Channel.SPONSORSHIP),
    ("User conference", Channel.CONFERENCE),
)
_NEWCOMER = ("Marketplace", Channel.OTHER, 1.5)
_NEWCOMER_COST = 120
_EVERY_DAYS = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaigns:
    """All campaigns, one entry each; days count from the first day of the market.

    appeal      hidden: how interested the people are whom it brings
    weight      how many people it brings a day, relative to the others
    cost        in whole euros
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    channel: NDArray[np.int64]
    first_day: NDArray[np.int64]
    last_day: NDArray[np.int64]
    weight: NDArray[np.float64]
    appeal: NDArray[np.float64]
    cost: NDArray[np.int64]


def plan_campaigns(
    *,
    n_days: int,
    rng: np.random.Generator,
    variety: float = 1.0,
    newcomer_day: int | None = None,
) -> Campaigns:
    """The campaigns of a market that lasts `n_days`; without variety all are as their channel.

    With `newcomer_day` a channel that never ran before runs from that day on.
    """
    plans = [(name, channel, 0, n_days - 1, weight) for name, channel, weight in _ALWAYS_ON]
    for start in range(0, n_days, _EVERY_DAYS):
        label = f"wave {start // _EVERY_DAYS + 1}"
        last = min(start + _EVERY_DAYS, n_days) - 1
        plans += [(f"{name} {label}", channel, start, last, 0.8) for name, channel in _TIMED]
    channel = np.array([CHANNELS.index(plan[1]) for plan in plans])
    base = np.array([_APPEAL[plan[1]] for plan in plans])
    days = np.array([plan[3] - plan[2] + 1 for plan in plans])
    weight = np.array([plan[4] for plan in plans]) * (
        1 + variety * rng.uniform(-0.2, 0.2, len(plans))
    )
    campaigns = Campaigns(
        ids=tuple(f"C-{number + 1:03d}" for number in range(len(plans))),
        names=tuple(plan[0] for plan in plans),
        channel=channel,
        first_day=np.array([plan[2] for plan in plans]),
        last_day=np.array([plan[3] for plan in plans]),
        weight=weight,
        appeal=base + variety * rng.normal(0.0, 0.04, len(plans)),
        cost=np.round(weight * days * rng.uniform(60, 180, len(plans)), -2).astype(np.int64),
    )
    if newcomer_day is None or newcomer_day >= n_days:
        return campaigns
    return _with_newcomer(campaigns, first_day=newcomer_day, last_day=n_days - 1)


def _with_newcomer(campaigns: Campaigns, *, first_day: int, last_day: int) -> Campaigns:
    """One more campaign. It draws nothing: the others, and who comes before its first day, are
    what they are without it.
    """
    name, channel, weight = _NEWCOMER
    days = last_day - first_day + 1
    return Campaigns(
        ids=(*campaigns.ids, f"C-{len(campaigns.ids) + 1:03d}"),
        names=(*campaigns.names, name),
        channel=np.append(campaigns.channel, CHANNELS.index(channel)),
        first_day=np.append(campaigns.first_day, first_day),
        last_day=np.append(campaigns.last_day, last_day),
        weight=np.append(campaigns.weight, weight),
        appeal=np.append(campaigns.appeal, _APPEAL[channel]),
        cost=np.append(campaigns.cost, round(weight * days * _NEWCOMER_COST)),
    )


def draw_campaign(
    campaigns: Campaigns, day: NDArray[np.int64], *, rng: np.random.Generator
) -> NDArray[np.int64]:
    """For each day one of the campaigns that ran on it, the bigger ones more often."""
    runs = (campaigns.first_day <= day[:, None]) & (day[:, None] <= campaigns.last_day)
    shares = np.cumsum(runs * campaigns.weight, axis=1)
    chosen: NDArray[np.int64] = np.argmax(
        shares > (rng.random(len(day)) * shares[:, -1])[:, None], 1
    )
    return chosen
