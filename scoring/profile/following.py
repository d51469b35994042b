"""Who goes to sales at once, whatever the score says: asked about every lead that is scored."""

from collections.abc import Mapping
from dataclasses import dataclass

from leads.conditions import compile_condition, fields_of, sentence_of
from leads.conditions.known import ATTRIBUTE
from leads.score import Locale
from scoring.concepts import is_worth_remembering
from scoring.profile.columns import READERS, columns_by_field
from scoring.profile.records import MustFollowLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """A lead must be followed up, by this rule; `text` says why."""

    rule: str
    text: str


class MustFollow:
    """The rules, compiled. A lead with none of their fields costs a look at its names."""

    def __init__(self, lines: tuple[MustFollowLine, ...]) -> None:
        self._lines = [(line, compile_condition(line.when, READERS)) for line in lines]
        self.fields = frozenset().union(*(fields_of(line.when) for line in lines))
        self._renamed: dict[tuple[str, ...], Mapping[str, str] | None] = {}

    def of(self, lead: Mapping[str, object], locale: Locale = Locale.EN) -> Following | None:
        """The first rule that the lead fulfils."""
        if not self._lines:
            return None
        headers = tuple(lead)
        try:
            renamed = self._renamed[headers]
        except KeyError:
            renamed = self._learn(headers)
        if renamed is None:
            return None
        told = {**lead, **{f: lead[n] for f, n in renamed.items()}} if renamed else lead
        for line, holds in self._lines:
            if holds(told):
                return Following(rule=line.name, text=text_of(line, locale))
        return None

    def _learn(self, headers: tuple[str, ...]) -> Mapping[str, str] | None:
        """Where such a lead has fields of the rules by other names; None when it has none."""
        columns = columns_by_field(headers)
        own = {f"{ATTRIBUTE}{name}" for name in headers}
        renamed = {field: name for field, name in columns.items() if field in self.fields}
        others = {field: name for field, name in renamed.items() if field != name}
        asked = others if renamed or own & self.fields or self._asks_what_is_missing() else None
        if is_worth_remembering(headers):  # strangers may send any names
            if len(self._renamed) >= _MOST:
                self._renamed.clear()
            self._renamed[headers] = asked
        return asked

    def _asks_what_is_missing(self) -> bool:
        """Whether a lead of which nothing is known fulfils a rule."""
        return any(holds({}) for _, holds in self._lines)


def text_of(line: MustFollowLine, locale: Locale) -> str:
    """Why, in a sentence: as marketing wrote it, else the condition's own words."""
    return line.text.get(locale) or sentence_of(line.when, locale)


_MOST = 1024
