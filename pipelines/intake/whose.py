"""Which lead and which campaign a row of facts speaks of, looked up for a whole chunk."""

from collections.abc import Sequence

from cleansing.emails import normal_email
from cleansing.matching import keys_of
from leads.errors import Problem
from pipelines.intake.prepared import Key
from pipelines.intake.reading import Fact
from store.unit_of_work import UnitOfWork

MOST = 20
"""Leads with one mail address: more of them would never be told apart anyway."""


class People:
    """The leads of a chunk: by their id in the source, else by their mail address."""

    def __init__(self, unit: UnitOfWork, facts: Sequence[Fact], *, source: str) -> None:
        ids = {fact.values["lead"] for fact in facts if "lead" in fact.values}
        self._source = source
        self._known = unit.leads.outside(source, ids)
        missing = ids - set(self._known)
        self._erased = unit.erasures.erased({(source, one) for one in missing})
        keys = {key for fact in facts if (key := _mail_key(fact.get("email"))) is not None}
        self._by_mail = unit.intake.leads_with(keys, most=MOST)
        found = {lead_id for lead_ids in self._by_mail.values() for lead_id in lead_ids}
        self._roots = unit.leads.roots_of(found)

    def of(self, fact: Fact) -> str | Problem | None:
        """The lead a row speaks of as it was recorded; None when it names nobody."""
        external_id, mail = fact.get("lead"), fact.get("email")
        if external_id is not None and external_id in self._known:
            return self._known[external_id].lead_id
        if external_id is not None and (self._source, external_id) in self._erased:
            detail = "this person was erased on request"
            return Problem(pointer="lead", code="erased", detail=detail)
        if mail is not None:
            return self._by_address(mail)
        if external_id is None:
            return None
        detail = (
            f"{self._source} has no lead {external_id!r} here; import the leads first,"
            " or say --lead-source"
        )
        return Problem(pointer="lead", code="unknown_lead", detail=detail)

    def _by_address(self, mail: str) -> str | Problem:
        key = _mail_key(mail)
        found = self._by_mail.get(key, []) if key else []
        roots = {self._roots[lead_id] for lead_id in found}
        if len(roots) == 1:
            return _recorded_on(found, roots.pop())
        if roots:
            detail = f"{len(roots)} leads have the address {mail!r}; give the lead's id"
            return Problem(pointer="email", code="ambiguous_lead", detail=detail)
        detail = f"no lead has the address {mail!r}; import the leads first"
        return Problem(pointer="email", code="unknown_lead", detail=detail)


class Campaigns:
    """The campaigns of a chunk: by their id in the source, their own id, or their name."""

    def __init__(self, unit: UnitOfWork, facts: Sequence[Fact], *, source: str) -> None:
        words = {fact.values["campaign"] for fact in facts if "campaign" in fact.values}
        self._outside = unit.campaigns.outside(source, words)
        self._own = unit.campaigns.many(words - set(self._outside))
        self._named = unit.campaigns.named(words - set(self._outside) - set(self._own))

    def of(self, fact: Fact) -> str | Problem | None:
        """The campaign's id; None when the row names none."""
        word = fact.get("campaign")
        if word is None:
            return None
        if word in self._outside:
            return self._outside[word].campaign_id
        if word in self._own:
            return self._own[word].campaign_id
        named = self._named.get(word, [])
        if len(named) == 1:
            return named[0].campaign_id
        if named:
            detail = f"{len(named)} campaigns are called {word!r}; give the campaign's id"
            return Problem(pointer="campaign", code="ambiguous_campaign", detail=detail)
        detail = f"there is no campaign {word!r}; import the campaigns first"
        return Problem(pointer="campaign", code="unknown_campaign", detail=detail)


def _recorded_on(found: Sequence[str], root: str) -> str:
    """The lead that has the address itself: undoing a merge then takes the fact along."""
    return root if root in found else min(found)


def _mail_key(mail: str | None) -> Key | None:
    if mail is None:
        return None
    address = normal_email(mail).address or mail
    return next((key for key in keys_of({"email": address}) if key[0] == "email"), None)
