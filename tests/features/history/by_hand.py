"""The history features once more, act by act as the documents describe them, to compare with."""

from types import SimpleNamespace

from features.history.acts import CAMPAIGN_KINDS, KINDS
from features.history.catalogue import (
    ACTIVE_DAYS,
    COUNTED,
    FADING,
    GROUPS,
    HALF_LIVES,
    INSTEAD,
    SINCE,
)

HOUR = 3_600_000_000
DAY = 24 * HOUR


def rows_of(columns):
    """One row an act, with weights to the grain."""
    rows = [
        SimpleNamespace(**dict(zip(columns, row, strict=True)))
        for row in zip(*(column.tolist() for column in columns.values()), strict=True)
    ]
    for row in rows:
        row.kind = KINDS[row.kind]
        row.weight, row.before = round(row.weight * 1024) / 1024, round(row.before * 1024) / 1024
    return rows


class View:
    """What is visible at a moment, and how it is measured then."""

    def __init__(self, rows, as_of):
        self.as_of = as_of
        self.seen = [row for row in rows if row.occurred < as_of and row.known <= as_of]

    def weight(self, row):
        return row.weight if row.since <= self.as_of else row.before

    def age(self, row):
        return self.as_of - row.occurred

    def of(self, rows, kinds, days=10_000):
        return [row for row in rows if row.kind in kinds and self.age(row) <= days * DAY]

    def total(self, rows):
        return sum(self.weight(row) for row in rows)

    def human(self, rows):
        return [row for row in rows if self.weight(row) >= 0.5]

    def of_instant(self, rows, pick):
        """All of the first or last instant: which of them counts is no matter of time."""
        instant = pick(map(self.age, rows), default=None)
        return [row for row in rows if self.age(row) == instant]

    def days_since(self, rows, pick):
        return pick(map(self.age, rows)) // DAY if rows else None


def counted_by_hand(rows, *, lead, as_of, created, accounts):
    """Every feature of one lead; a set where several acts of one instant may be the last."""
    view = View(rows, as_of)
    own = [row for row in view.seen if row.who == lead]
    company = accounts[lead]
    others = [row for row in view.seen if row.who != lead and accounts[row.who] == company]
    colleagues = of_colleagues(view, others)
    return {
        "days_since_created": max((as_of - created) // DAY, 0),
        **counts(view, own),
        **ages(view, own),
        **responses(view, own),
        **sequence(view, own),
        **(colleagues if company >= 0 else dict.fromkeys(colleagues)),
    }


def counts(view, own):
    told = {}
    for group, windows in COUNTED.items():
        for days in windows:
            acts = view.total(view.of(own, GROUPS[group], days))
            contacts = view.total(view.of(own, INSTEAD.get(group, ()), days))
            told[f"{group}_{days}d"] = max(acts, contacts)
    for days in ACTIVE_DAYS:
        active = view.human(view.of(own, GROUPS["activity"], days))
        told[f"active_days_{days}d"] = len({(view.age(row) - 1) // DAY for row in active})
    for group in FADING:
        for fresh, days in HALF_LIVES.items():
            told[f"{fresh}_{group}"] = sum(
                view.weight(row) * 0.5 ** ((view.age(row) - 1) // HOUR / 24 / days)
                for row in view.of(own, GROUPS[group])
            )
    return told


def ages(view, own):
    first = view.human(view.of(own, GROUPS["activity"]))
    return {
        "days_since_first_activity": view.days_since(first, max),
        **{
            name: view.days_since(view.human(view.of(own, GROUPS[group])), min)
            for name, group in SINCE.items()
        },
    }


def responses(view, own):
    def within(group, days):
        return view.total(view.of(own, GROUPS[group], days))

    week, month = within("web_acts", 7), within("web_acts", 28)
    sent = within("emails_sent", 90)
    answers = view.human(view.of(own, GROUPS["responses"], 90))
    answered = min(map(view.age, answers), default=90 * DAY)
    mails = view.of(own, GROUPS["emails_sent"])
    looked = [row for row in view.of(own, KINDS, 30) if row.seconds == row.seconds]
    return {
        "website_trend": (week + 0.5) / ((month - week) / 3 + 0.5),
        "email_open_percent_90d": 100 * (within("email_opens", 90) + 0.5) / (sent + 2)
        if sent
        else None,
        "email_click_percent_90d": 100 * (within("email_clicks", 90) + 0.2) / (sent + 2)
        if sent
        else None,
        "emails_since_response": sum(view.age(row) < answered for row in mails),
        "seconds_on_pages_30d": sum(row.seconds for row in looked),
    }


def sequence(view, own):
    lately = [row for row in view.of(own, GROUPS["activity"], 90) if view.weight(row) > 0]
    rated = [row for row in own if row.rating == row.rating]
    touched = [row for row in own if row.campaign >= 0]
    told = {
        "kinds_of_acts_90d": len({row.kind for row in lately}),
        "last_rating": {row.rating for row in view.of_instant(rated, min)} or None,
        "campaign_kinds_90d": len({row.campaign for row in view.of(touched, KINDS, 90)}),
    }
    for name, pick in (("first_campaign_kind", max), ("last_campaign_kind", min)):
        found = view.of_instant(touched, pick)
        told[name] = {CAMPAIGN_KINDS[row.campaign] for row in found} or None
    return told


def of_colleagues(view, others):
    acts = view.of(others, GROUPS["activity"], 30)
    return {
        "colleagues_active_30d": len({row.who for row in view.human(acts)}),
        "colleague_activity_30d": view.total(acts),
        "colleague_pricing_visits_30d": view.total(view.of(acts, GROUPS["pricing_visits"])),
    }
