"""What leads did and what marketing did, from the store, weighed for what machines do.

Attributes that are looked at, where a source sends them: `duration_seconds`, `rating`, and of
mails `user_agent`, `method`, `mail_id`, `url`, `links_in_mail` and `sent_at`. Where
the time of sending is not told, it is that of the last mail that is known to have gone to the lead.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from features.history.acts import CAMPAIGN_CODES, EMAILED, NO_CAMPAIGN, TOUCH, Acts, code_of
from features.history.machine import UNTOLD, Likelihood, MailActs, likelihood
from features.values import moment_of, number_of
from leads.events import EventKind
from store.columns import Contacts, Roster
from store.unit_of_work import UnitOfWork

MAIL_KINDS = frozenset({EventKind.EMAIL_OPENED, EventKind.EMAIL_CLICKED})
SENT = EMAILED.removeprefix(TOUCH)

_Attributes = Mapping[str, Any]


def read_acts(unit: UnitOfWork, roster: Roster, *, whole: bool = True) -> Acts:
    """Everything that leads did or had done to them; see `PopulationRepository` for `whole`."""
    touches = _Pile(unit.population.touchpoints(roster, whole=whole), is_touch=True)
    events = _Pile(unit.population.events(roster, whole=whole), is_touch=False)
    machines = _by_machines(events, touches)
    whole_weights = np.ones(len(touches))
    return Acts.of(
        weight=np.concatenate([whole_weights, 1.0 - machines.p]),
        before=np.concatenate([whole_weights, 1.0 - machines.before]),
        since=np.concatenate([touches.known, machines.since]),
        **{
            name: np.concatenate([getattr(touches, name), getattr(events, name)])
            for name in ("who", "kind", "occurred", "known", "campaign", "seconds", "rating")
        },
    )


class _Pile:
    """Chunks of contacts as columns; of mails also what was said of each."""

    def __init__(self, chunks: Iterable[Contacts], *, is_touch: bool) -> None:
        parts: dict[str, list[np.ndarray]] = {name: [] for name in _COLUMNS}
        self.mails: list[tuple[int, str, _Attributes]] = []
        read: dict[str, _Attributes] = {}
        n = 0
        for chunk in chunks:
            told = [_read(text, read) for text in chunk.attributes]
            for name, column in _columns(chunk, told, is_touch=is_touch).items():
                parts[name].append(column)
            self.mails += [
                (n + place, kind, told[place])
                for place, kind in enumerate(chunk.kind)
                if kind in _OF_MAILS
            ]
            n += len(chunk.kind)
        for name, dtype in _COLUMNS.items():
            setattr(self, name, np.concatenate([np.empty(0, dtype), *parts[name]]))

    who: np.ndarray
    kind: np.ndarray
    occurred: np.ndarray
    known: np.ndarray
    campaign: np.ndarray
    seconds: np.ndarray
    rating: np.ndarray

    def __len__(self) -> int:
        return len(self.who)


_COLUMNS = {
    **dict.fromkeys(("who", "occurred", "known"), np.int64),
    **dict.fromkeys(("kind", "campaign"), np.int16),
    **dict.fromkeys(("seconds", "rating"), np.float64),
}
_OF_MAILS = MAIL_KINDS | {SENT}


def _columns(
    chunk: Contacts, told: Sequence[_Attributes], *, is_touch: bool
) -> dict[str, np.ndarray]:
    codes = {kind: code_of(kind, is_touch=is_touch) for kind in set(chunk.kind)}
    campaigns = {
        kind: NO_CAMPAIGN if kind is None else CAMPAIGN_CODES[kind] for kind in set(chunk.campaign)
    }
    return {
        "who": chunk.who,
        "occurred": chunk.occurred,
        "known": chunk.known,
        "kind": np.array([codes[kind] for kind in chunk.kind], np.int16),
        "campaign": np.array([campaigns[kind] for kind in chunk.campaign], np.int16),
        "seconds": _numbers(told, "duration_seconds"),
        "rating": _numbers(told, "rating"),
    }


def _read(text: str, read: dict[str, _Attributes]) -> _Attributes:
    """JSON, of which most is the same; `read` remembers."""
    found = read.get(text)
    if found is None:
        found = json.loads(text)
        if len(read) < _REMEMBERED:
            read[text] = found
    assert found is not None
    return found


_REMEMBERED = 10_000


def _numbers(told: Sequence[_Attributes], name: str) -> np.ndarray:
    found = [number_of(one[name]) if name in one else None for one in told]
    return np.array([np.nan if number is None else number for number in found], np.float64)


def _by_machines(events: _Pile, touches: _Pile) -> Likelihood:
    """How likely a machine did each event."""
    n = len(events)
    found = Likelihood(p=np.zeros(n), before=np.zeros(n), since=events.known.copy())
    if not events.mails:
        return found
    places = np.array([place for place, _, _ in events.mails])
    told = [attributes for _, _, attributes in events.mails]
    who, occurred = events.who[places], events.occurred[places]
    links = [number_of(one.get("links_in_mail")) for one in told]
    judged = likelihood(
        MailActs(
            kind=[kind for _, kind, _ in events.mails],
            who=who,
            occurred=occurred,
            known=events.known[places],
            sent=_sent(told, who, occurred, events.known[places], touches),
            user_agent=_texts(told, "user_agent"),
            method=_texts(told, "method"),
            mail_id=_texts(told, "mail_id"),
            url=_texts(told, "url"),
            links=[None if number is None else int(number) for number in links],
        )
    )
    for name in ("p", "before", "since"):
        getattr(found, name)[places] = getattr(judged, name)
    return found


def _texts(told: Sequence[_Attributes], name: str) -> list[str | None]:
    return [None if one.get(name) is None else str(one[name]) for one in told]


def _sent(
    told: Sequence[_Attributes],
    who: np.ndarray,
    occurred: np.ndarray,
    known: np.ndarray,
    touches: _Pile,
) -> np.ndarray:
    """When each mail was sent: as told, else the last one known to have gone out before the act.

    A mail of which we learnt later than of the act has no say: the act's weight must not change
    with what is learnt afterwards.
    """
    mails = np.array([place for place, _, _ in touches.mails], np.int64)
    mails = mails[np.lexsort((touches.occurred[mails], touches.who[mails]))]
    to, at, since = touches.who[mails], touches.occurred[mails], touches.known[mails]
    first = np.searchsorted(to, who)
    last = first + _upto(to, at, who, occurred)
    found = np.full(len(who), UNTOLD)
    looking = last > first
    while looking.any():
        rows = np.flatnonzero(looking)
        place = last[rows] - 1
        fits = since[place] <= known[rows]
        found[rows[fits]] = at[place[fits]]
        looking[rows[fits]] = False
        last[rows[~fits]] -= 1
        looking &= last > first
    for row, one in enumerate(told):
        moment = moment_of(one["sent_at"]) if "sent_at" in one else None
        if moment is not None:
            found[row] = moment
    return found


def _upto(to: np.ndarray, at: np.ndarray, who: np.ndarray, occurred: np.ndarray) -> np.ndarray:
    """For each act, how many mails had gone to its lead by then; mails sorted by lead and time."""
    both = np.concatenate([np.stack([to, at]), np.stack([who, occurred])], axis=1)
    is_act = np.arange(both.shape[1]) >= len(to)
    order = np.lexsort((is_act, both[1], both[0]))
    before = np.cumsum(~is_act[order])
    upto = np.empty(both.shape[1], np.int64)
    upto[order] = before
    return upto[len(to) :] - np.searchsorted(to, who)
