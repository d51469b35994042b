"""How likely a machine opened or clicked a mail, from what the act carries.

Mail security opens every link of a mail within seconds of its arrival; mail proxies fetch pictures
whether or not anybody reads. Such acts are weighed, never dropped: their log odds start at a prior
and each piece of evidence adds to them. The figures are ours, set so that one strong piece decides
and one weak piece does not; nothing here was fitted to data. What the evidence is follows what
vendors of mail security and of mail clients publish about what they do:

    scanner       a user agent that names a scanner, a script or a browser without a screen
    prefetch      a proxy that fetches pictures ahead of the reader, and says nothing of the reader
    proxy         a proxy that fetches when the mail is opened: weak evidence either way
    head          a HEAD request: browsers that follow a link make a GET
    at once       seconds between sending and the act
    burst         several links of one mail, or all it has, clicked within ten seconds

A burst is only seen once its last click is known. So an act has a likelihood from the beginning
and, where a burst came to light, another one since then: what happens later must not change what
was thought at a moment.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leads.events import EventKind

PRIOR: Mapping[str, float] = {EventKind.EMAIL_OPENED: -0.8, EventKind.EMAIL_CLICKED: -2.2}
"""Log odds without evidence: three opens in ten, one click in ten are a machine's."""
EVIDENCE: Mapping[str, float] = {
    "scanner": 5.0,
    "prefetch": 2.5,
    "proxy": 0.3,
    "head": 6.0,
    "burst": 5.0,
}
AT_ONCE: Sequence[tuple[float, float]] = ((2.0, 4.0), (10.0, 2.5), (60.0, 0.8), (600.0, -0.4))
"""(seconds since sending below which, log odds); later than that nobody scans."""
LATER = -1.2
BURST_SECONDS = 10.0
BURST_LINKS = 3
P_MIN, P_MAX = 0.002, 0.998

_SCANNER = re.compile(
    r"barracuda|proofpoint|mimecast|symantec|trendmicro|forcepoint|fireeye|safelinks|cisco ironport"
    r"|headless|phantomjs|python-|aiohttp|httpx|curl/|wget/|java/|go-http|okhttp|libwww|bot\b"
    r"|spider|crawler|preview|scanner",
    re.IGNORECASE,
)
_PROXY = re.compile(r"googleimageproxy|yahoomailproxy|ggpht", re.IGNORECASE)
_BARE = re.compile(r"\s*mozilla/5\.0\s*", re.IGNORECASE)
"""What Apple's mail privacy says of itself: a browser's first word and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailActs:
    """Opens and clicks as they came; every sequence has one entry an act, None where not told.

    kind       names of `EventKind`
    who        a number for each recipient
    occurred   (n,) int64, microseconds since 1970
    known      (n,) int64, likewise, when it reached us
    sent       (n,) int64, likewise, when the mail was sent; the smallest int64 where not told
    links      how many links the mail has
    """

    kind: Sequence[str]
    who: np.ndarray
    occurred: np.ndarray
    known: np.ndarray
    sent: np.ndarray
    user_agent: Sequence[str | None]
    method: Sequence[str | None]
    mail_id: Sequence[str | None]
    url: Sequence[str | None]
    links: Sequence[int | None]


UNTOLD = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """The probability that a machine did each act; (n,) arrays.

    p         by all that is known by now
    before    by what was known of it at first
    since     int64, microseconds since 1970: from when on `p` could be known
    """

    p: np.ndarray
    before: np.ndarray
    since: np.ndarray


def p_machine(acts: MailActs) -> np.ndarray:
    """(n,) the probability that a machine did it; 0 for kinds that no machine does."""
    return likelihood(acts).p


def likelihood(acts: MailActs) -> Likelihood:
    """How likely a machine did each, at first and since a burst came to light."""
    log_odds = np.array([PRIOR.get(kind, np.nan) for kind in acts.kind], dtype=np.float64)
    log_odds += _table(acts.user_agent, _of_agent)
    log_odds += _table(acts.method, _of_method)
    log_odds += _of_delay(acts)
    burst_at = _bursts(acts)
    shown = burst_at != UNTOLD
    return Likelihood(
        p=_probability(log_odds + EVIDENCE["burst"] * shown),
        before=_probability(log_odds),
        since=np.where(shown, burst_at, _seen_at(acts)),
    )


def _probability(log_odds: np.ndarray) -> np.ndarray:
    p = np.clip(1.0 / (1.0 + np.exp(-log_odds)), P_MIN, P_MAX)
    return np.where(np.isnan(log_odds), 0.0, p)


def _table(texts: Sequence[str | None], evidence: object) -> np.ndarray:
    """Evidence of texts of which most are the same; each distinct one is looked at once."""
    assert callable(evidence)
    of = {text: evidence(text) for text in set(texts)}
    return np.array([of[text] for text in texts], dtype=np.float64)


def _of_agent(agent: str | None) -> float:
    if not agent:
        return 0.0
    if _SCANNER.search(agent):
        return EVIDENCE["scanner"]
    if _PROXY.search(agent):
        return EVIDENCE["proxy"]
    return EVIDENCE["prefetch"] if _BARE.fullmatch(agent) else 0.0


def _of_method(method: str | None) -> float:
    return EVIDENCE["head"] if method is not None and method.upper() == "HEAD" else 0.0


def _of_delay(acts: MailActs) -> np.ndarray:
    # an act before its mail was sent only shows that two clocks differ
    told = (acts.sent != UNTOLD) & (acts.sent <= acts.occurred)
    seconds = (acts.occurred - np.where(told, acts.sent, acts.occurred)) / 1e6
    bounds = np.array([below for below, _ in AT_ONCE])
    steps = np.array([*(odds for _, odds in AT_ONCE), LATER])
    return np.where(told, steps[np.searchsorted(bounds, seconds, side="right")], 0.0)


def _seen_at(acts: MailActs) -> np.ndarray:
    """The first moment that sees each act: after it occurred, and when it is known."""
    return np.asarray(np.maximum(acts.known, acts.occurred + 1))


def _bursts(acts: MailActs) -> np.ndarray:
    """(n,) since when a burst around each click was to be seen; UNTOLD for those in none.

    A burst is clicks of one recipient on several links of one mail, within seconds of each other.
    """
    found = np.full(len(acts.kind), UNTOLD)
    seen_at = _seen_at(acts)
    mails: dict[tuple[int, str], list[int]] = {}
    for place, (kind, mail) in enumerate(zip(acts.kind, acts.mail_id, strict=True)):
        if kind == EventKind.EMAIL_CLICKED and mail is not None and acts.url[place] is not None:
            mails.setdefault((int(acts.who[place]), mail), []).append(place)
    for places in mails.values():
        places.sort(key=seen_at.__getitem__)
        for place in places if len(places) > 1 else ():
            first_seen: dict[str | None, int] = {}
            for other in places:
                if abs(acts.occurred[other] - acts.occurred[place]) <= BURST_SECONDS * 1e6:
                    first_seen.setdefault(acts.url[other], int(seen_at[other]))
            needed = min(BURST_LINKS, max(2, acts.links[place] or BURST_LINKS))
            if len(first_seen) >= needed:
                complete = list(first_seen.values())[needed - 1]
                found[place] = max(complete, int(seen_at[place]))
    return found
