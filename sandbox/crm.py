"""The market as a CRM with its marketing tools would have it: who, what they did, how they moved.

Where `leads.csv` has one row a lead as of hand-over with its counts done, these tables have the
dated facts those counts were made of: leads as they were created, mails that were sent, acts, and
stage moves with sales' reasons. Nothing here goes back into the market: that a lead was accepted,
and why one was rejected, is said after hand-over and follows from the outcome.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leads.lifecycle import Stage
from sandbox.market import Market
from sandbox.tables import Instants, iso

NEWSLETTER = "C-NEWSLETTER"
"""The campaign that nurture mails belong to; it runs always."""

_WHO = (
    *("lead_id", "created_at", "first_name", "last_name", "email", "phone", "company", "country"),
    *("region", "industry", "employees", "job_title", "source", "campaign", "product_interest"),
    *("mail_gateway", "mail_consent"),
)
_REASONS = ("no_interest", "not_ready", "no_budget")
_P_REASON = (0.5, 0.35, 0.15)
_P_REJECTED = 0.6
"""Of the leads that come to nothing, how many sales says so of; the others just stay."""
_P_WON = 0.35
_HOUR, _DAY = 3_600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmExport:
    """A market's dated facts, each table in order of time.

    leads        as they were created, under the CRM's headers
    activities   acts up to hand-over: lead_id, kind, occurred_at, known_at
    mails        what was sent, as touchpoints: lead_id, campaign, kind, occurred_at
    stages       moves: lead_id, stage, occurred_at, reason
    campaigns    what marketing ran, the newsletter among them
    """

    leads: pd.DataFrame
    activities: pd.DataFrame
    mails: pd.DataFrame
    stages: pd.DataFrame
    campaigns: pd.DataFrame


def crm_export(market: Market, *, seed: int) -> CrmExport:
    """The tables of a market. `seed` decides when sales acts and what it says, no more."""
    rng = np.random.default_rng([seed, 7])
    everyone = pd.concat([market.leads, market.incoming], ignore_index=True)
    leads = everyone[[name for name in _WHO if name in everyone]]
    return CrmExport(
        leads=leads.sort_values(["created_at", "lead_id"], ignore_index=True),
        activities=market.events,
        mails=market.mails.assign(campaign=NEWSLETTER, kind="emailed"),
        stages=_stages(everyone, market.outcomes, rng=rng),
        campaigns=_with_newsletter(market.campaigns),
    )


def _stages(
    everyone: pd.DataFrame, outcomes: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Handed over, accepted a few hours later, then qualified or given back with a reason."""
    n = len(everyone)
    handed_over = _instants(everyone["handed_over_at"])
    converted = _instants(
        everyone["lead_id"].map(outcomes.set_index("lead_id")["converted_at"]).to_numpy()
    )
    is_won = ~np.isnat(converted)
    accepted = handed_over + _seconds(rng.uniform(1 * _HOUR, 48 * _HOUR, n))
    accepted = np.where(is_won, np.minimum(accepted, converted - 60), accepted)
    given_back = handed_over + _seconds(rng.uniform(5 * _DAY, 91 * _DAY, n))
    is_known = np.ones(n, dtype=bool)
    is_known[len(everyone) - int(everyone["converted"].isna().sum()) :] = False
    is_rejected = ~is_won & is_known & (rng.random(n) < _P_REJECTED)
    deal = converted + _seconds(rng.uniform(1 * _DAY, 10 * _DAY, n))
    order = deal + _seconds(rng.uniform(20 * _DAY, 80 * _DAY, n))
    is_order = is_won & (rng.random(n) < _P_WON)
    everybody = np.ones(n, dtype=bool)
    reasons = rng.choice(np.array(_REASONS, dtype=object), size=n, p=_P_REASON)
    parts = [
        (everybody, handed_over, Stage.MQL),
        (everybody, accepted, Stage.SAL),
        (is_won, converted, Stage.SQL),
        (is_won, deal, Stage.OPPORTUNITY),
        (is_order, order, Stage.CUSTOMER),
        (is_rejected, np.maximum(given_back, accepted + 60), Stage.RECYCLED),
    ]
    moves = pd.concat(
        [
            pd.DataFrame(
                {
                    "lead_id": everyone["lead_id"].to_numpy()[chosen],
                    "stage": stage.value,
                    "occurred_at": iso(at[chosen]),
                    "reason": reasons[chosen] if stage is Stage.RECYCLED else None,
                }
            )
            for chosen, at, stage in parts
        ]
    )
    return moves.sort_values(["occurred_at", "lead_id", "stage"], ignore_index=True)


def _with_newsletter(campaigns: pd.DataFrame) -> pd.DataFrame:
    own = {
        "campaign_id": NEWSLETTER,
        "name": "Newsletter",
        "channel": "email",
        "starts_at": campaigns["starts_at"].min(),
        "ends_at": None,
        "cost": 0,
        "currency": "EUR",
    }
    return pd.concat([campaigns, pd.DataFrame([own])], ignore_index=True)


def _instants(texts: object) -> Instants:
    """RFC 3339 texts in UTC as instants; missing ones are NaT."""
    moments = pd.to_datetime(pd.Series(texts), utc=True).dt.tz_localize(None)
    return moments.to_numpy(dtype="datetime64[s]")


def _seconds(numbers: np.ndarray) -> np.ndarray:
    return numbers.astype("int64").astype("timedelta64[s]")
