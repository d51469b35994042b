"""What a chunk of records needs of the store, and what it is going to write.

Everything is read at the beginning and written at the end, in a few statements each; in between
the chunk's records see what the earlier ones among them have changed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from cleansing.enrichment import account_of
from cleansing.survivorship import fold
from leads.lead import Fields, Lead, LeadVersion, OutsideId
from leads.lifecycle import Stage
from leads.merge import Merge, Review
from pipelines.intake.prepared import Key, Prepared
from store.unit_of_work import UnitOfWork

MOST_LEADS = 100
"""Of one key; a longer list means that the key says little."""
LIKELY = 2
"""Keys in common that make a merge likely enough to read all of a lead ahead."""


class Workspace:
    """One chunk's leads, versions, ids and keys."""

    def __init__(self, unit: UnitOfWork, *, now: datetime, batch_id: str | None) -> None:
        self.unit, self.now, self.batch_id = unit, now, batch_id
        self.outside: dict[tuple[str, str], OutsideId] = {}
        self._fields: dict[str, Fields | None] = {}
        self._leads: dict[str, Lead] = {}
        self._versions: dict[str, list[LeadVersion]] = {}
        self._roots: dict[str, str] = {}
        self._by_key: dict[Key, list[str]] = defaultdict(list)
        self._new: dict[str, None] = {}
        self._changed: dict[str, None] = {}
        self._repointed: dict[str, str] = {}
        self._said: list[LeadVersion] = []
        self._named: dict[tuple[str, str], OutsideId] = {}
        self._keys_added: dict[str, Collection[Key]] = {}
        self._keys_put: dict[str, Collection[Key]] = {}
        self._visitors: dict[str, tuple[str, datetime, str]] = {}
        self._merges: list[Merge] = []
        self._reviews: list[Review] = []

    # Reading

    def load(self, records: Sequence[Prepared]) -> None:
        """Everything these records will ask for."""
        by_source: dict[str, list[str]] = defaultdict(list)
        for record in records:
            by_source[record.handed.source].append(record.external_id)
        for source, ids in by_source.items():
            for external_id, known in self.unit.leads.outside(source, ids).items():
                self.outside[source, external_id] = known
        strangers = [each for each in records if _name(each) not in self.outside]
        keys = {key for record in strangers for key in record.keys}
        self._by_key |= self.unit.intake.leads_with(keys, most=MOST_LEADS)
        again = {known.lead_id for known in self.outside.values()}
        found = {one for ids in self._by_key.values() if len(ids) <= MOST_LEADS for one in ids}
        self._roots |= self.unit.leads.roots_of(again | found)
        self._fields |= self.unit.intake.fields_of({self._roots[one] for one in found})
        self._load_whole({self._roots[one] for one in again | self._likely(strangers)})

    def _likely(self, strangers: Sequence[Prepared]) -> set[str]:
        """The leads that these will probably be merged with: most that share only a name, or only
        a colleague's, are judged by their fields and never needed whole.
        """
        found: set[str] = set()
        for record in strangers:
            lists = (self._by_key.get(key, ()) for key in record.keys)
            shared = Counter(one for ids in lists if len(ids) <= MOST_LEADS for one in ids)
            found |= {lead_id for lead_id, n in shared.items() if n >= LIKELY}
        return found

    def _load_whole(self, roots: Collection[str]) -> None:
        self._leads |= {lead.lead_id: lead for lead in self.unit.leads.rows(roots)}
        self._versions |= self.unit.history.versions_of(roots)

    def lead(self, root: str) -> Lead:
        """The whole lead, of one that speaks for itself."""
        if root not in self._leads:
            self._load_whole([root])
        return self._leads[root]

    def versions_of(self, root: str) -> list[LeadVersion]:
        """All that was said of the leads that this one speaks for, oldest first."""
        self.lead(root)
        return self._versions[root]

    def fields_of(self, root: str) -> Fields:
        """What is known of a candidate."""
        fields = self._fields[root]
        assert fields is not None  # else it would be no candidate
        return fields

    def root_of(self, lead_id: str) -> str:
        """Who speaks for this lead, after what the chunk has merged so far."""
        root = self._roots[lead_id]
        while self._roots.get(root, root) != root:
            root = self._roots[root]
        return root

    def candidates(self, keys: Collection[Key]) -> list[str]:
        """The leads that share a telling key, as those who speak for them."""
        found: dict[str, None] = {}
        for key in keys:
            lead_ids = self._by_key.get(key, ())
            if len(lead_ids) <= MOST_LEADS:
                found |= dict.fromkeys(map(self.root_of, lead_ids))
        return [root for root in found if self._fields[root] is not None]

    # Changing

    def create(self, lead_id: str, version: LeadVersion, *, created_at: datetime) -> None:
        """A new lead with what was said of it first."""
        current = fold([version])
        self._fields[lead_id] = current.fields
        self._leads[lead_id] = Lead(
            lead_id=lead_id,
            root_id=lead_id,
            created_at=created_at,
            known_at=self.now,
            updated_at=self.now,
            stage=Stage.NEW,
            stage_since=created_at,
            fields=current.fields,
            typed=current.typed,
            attributes=current.attributes,
            account=account_of(current.fields),
        )
        self._versions[lead_id] = [version]
        self._roots[lead_id] = lead_id
        self._new[lead_id] = None
        self._said.append(version)

    def say(self, version: LeadVersion) -> None:
        """Something new of a known lead."""
        root = self.root_of(version.lead_id)
        self._said.append(version)
        self._versions[root] = sorted([*self.versions_of(root), version], key=_when)
        self._fold(root)

    def name(self, outside: OutsideId) -> None:
        """What a source calls a lead, and its last digest."""
        self.outside[outside.source, outside.external_id] = outside
        self._named[outside.source, outside.external_id] = outside

    def find_by(self, lead_id: str, keys: Collection[Key], *, is_new: bool) -> None:
        """Let a lead be found by these keys; a known one no longer by those it had."""
        if is_new or lead_id in self._keys_added:
            self._keys_added[lead_id] = keys
        else:
            self._keys_put[lead_id] = keys
        for key in keys:
            if lead_id not in self._by_key[key]:
                self._by_key[key].append(lead_id)

    def merge(self, merge: Merge) -> None:
        """One speaks for both from now on."""
        survivor, absorbed = merge.survivor_id, merge.absorbed_id
        both = [*self.versions_of(absorbed), *self.versions_of(survivor)]
        del self._versions[absorbed]
        self._versions[survivor] = sorted(both, key=_when)
        self._roots[absorbed] = survivor
        self._repointed[absorbed] = survivor
        self._leads[absorbed] = replace(
            self._leads[absorbed],
            root_id=survivor,
            merged_into=survivor,
            updated_at=self.now,
            fields={},
            typed={},
            attributes={},
        )
        self._changed[absorbed] = None
        self._fold(survivor)
        self._merges.append(merge)

    def ask(self, review: Review) -> None:
        """Ask a person about a pair."""
        self._reviews.append(review)

    def stitch(self, anonymous_id: str, lead_id: str, *, at: datetime, cause: str) -> None:
        """This visitor was that lead, as is known since then."""
        self._visitors.setdefault(anonymous_id, (lead_id, at, cause))

    def _fold(self, root: str) -> None:
        current = fold(self._versions[root])
        self._fields[root] = current.fields
        self._leads[root] = replace(
            self._leads[root],
            updated_at=self.now,
            fields=current.fields,
            typed=current.typed,
            attributes=current.attributes,
        )
        self._changed[root] = None

    # Writing

    def save(self) -> None:
        """Everything that was changed, in as few statements as there are kinds of it."""
        unit = self.unit
        new = [self._leads[lead_id] for lead_id in self._new]
        new = [replace(lead, root_id=self.root_of(lead.lead_id)) for lead in new]
        unit.intake.add_leads(self._in_order_of_merging(new))
        unit.intake.set_current(
            [self._leads[lead_id] for lead_id in self._changed if lead_id not in self._new]
        )
        unit.intake.repoint(
            {old: self.root_of(old) for old in self._repointed if old not in self._new}
        )
        unit.history.add_versions(self._said)
        unit.leads.put_outside(list(self._named.values()))
        unit.lead_keys.add(self._keys_added)
        unit.lead_keys.put(self._keys_put)
        for visitor, (lead_id, at, cause) in self._visitors.items():
            unit.anonymous_ids.stitch(visitor, lead_id, at=at, cause=cause)
        unit.intake.add_merges(self._merges)
        unit.intake.add_reviews(self._reviews)

    def _in_order_of_merging(self, leads: Sequence[Lead]) -> list[Lead]:
        """Those merged behind those they were merged into, which must be there first."""

        def depth(lead: Lead) -> int:
            steps = 0
            while lead.merged_into in self._new:
                assert lead.merged_into is not None
                lead, steps = self._leads[lead.merged_into], steps + 1
            return steps

        return sorted(leads, key=depth)


def _name(record: Prepared) -> tuple[str, str]:
    return record.handed.source, record.external_id


def _when(version: LeadVersion) -> datetime:
    return version.occurred_at
