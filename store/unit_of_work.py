"""One transaction, and the repositories that share it."""

from functools import cached_property

from sqlalchemy import Connection, text

from store.anonymous_ids import AnonymousIdRepository
from store.audit import AuditRepository
from store.campaigns import CampaignRepository
from store.checks import CheckRepository
from store.consents import ConsentRepository
from store.enrichments import EnrichmentRepository
from store.erasures import ErasureRepository
from store.events import EventRepository
from store.forms import FormRepository
from store.history import HistoryRepository
from store.idempotency import IdempotencyRepository
from store.imports import ImportRepository
from store.intake import IntakeRepository
from store.invitations import InvitationRepository
from store.jobs import JobRepository
from store.keys import KeyRepository
from store.lead_keys import LeadKeyRepository
from store.leads import LeadRepository
from store.merges import MergeRepository
from store.opportunities import OpportunityRepository
from store.outcomes import OutcomeRepository
from store.population import PopulationRepository
from store.reviews import ReviewRepository
from store.scores import ScoreRepository
from store.touchpoints import TouchpointRepository


class UnitOfWork:
    """Repositories never commit: the use case that opened the transaction decides when it ends."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def leads(self) -> LeadRepository:
        """Leads, and what others call them."""
        return LeadRepository(self.connection)

    @cached_property
    def history(self) -> HistoryRepository:
        """What was said of leads, and the stages they went through."""
        return HistoryRepository(self.connection)

    @cached_property
    def lead_keys(self) -> LeadKeyRepository:
        """The keys leads are found by."""
        return LeadKeyRepository(self.connection)

    @cached_property
    def scores(self) -> ScoreRepository:
        """What models said of leads."""
        return ScoreRepository(self.connection)

    @cached_property
    def keys(self) -> KeyRepository:
        """Who may ask."""
        return KeyRepository(self.connection)

    @cached_property
    def idempotency(self) -> IdempotencyRepository:
        """Requests that were answered."""
        return IdempotencyRepository(self.connection)

    @cached_property
    def intake(self) -> IntakeRepository:
        """What a whole chunk of incoming records asks and writes."""
        return IntakeRepository(self.connection)

    @cached_property
    def campaigns(self) -> CampaignRepository:
        """Campaigns, their costs and materials."""
        return CampaignRepository(self.connection)

    @cached_property
    def touchpoints(self) -> TouchpointRepository:
        """Contacts between campaigns and people."""
        return TouchpointRepository(self.connection)

    @cached_property
    def invitations(self) -> InvitationRepository:
        """Who was invited to what."""
        return InvitationRepository(self.connection)

    @cached_property
    def forms(self) -> FormRepository:
        """Hosted forms."""
        return FormRepository(self.connection)

    @cached_property
    def consents(self) -> ConsentRepository:
        """What people agreed to."""
        return ConsentRepository(self.connection)

    @cached_property
    def anonymous_ids(self) -> AnonymousIdRepository:
        """Visitors, once it is known who they are."""
        return AnonymousIdRepository(self.connection)

    @cached_property
    def merges(self) -> MergeRepository:
        """Which leads were found to be one."""
        return MergeRepository(self.connection)

    @cached_property
    def reviews(self) -> ReviewRepository:
        """Pairs that a person is asked about."""
        return ReviewRepository(self.connection)

    @cached_property
    def jobs(self) -> JobRepository:
        """Work to be done later."""
        return JobRepository(self.connection)

    @cached_property
    def imports(self) -> ImportRepository:
        """Files that were handed in, and what became of their rows."""
        return ImportRepository(self.connection)

    @cached_property
    def events(self) -> EventRepository:
        """What leads and visitors did."""
        return EventRepository(self.connection)

    @cached_property
    def opportunities(self) -> OpportunityRepository:
        """Deals in the making."""
        return OpportunityRepository(self.connection)

    @cached_property
    def population(self) -> PopulationRepository:
        """Everything of many leads at once, as columns."""
        return PopulationRepository(self.connection)

    @cached_property
    def outcomes(self) -> OutcomeRepository:
        """How many outcomes there are to learn from."""
        return OutcomeRepository(self.connection)

    @cached_property
    def enrichments(self) -> EnrichmentRepository:
        """What providers said about companies."""
        return EnrichmentRepository(self.connection)

    @cached_property
    def erasures(self) -> ErasureRepository:
        """Forgetting persons, and what must not come back."""
        return ErasureRepository(self.connection)

    @cached_property
    def checks(self) -> CheckRepository:
        """Whether everything adds up."""
        return CheckRepository(self.connection)

    @cached_property
    def audit(self) -> AuditRepository:
        """Who did what."""
        return AuditRepository(self.connection)

    def lock(self, number: int) -> None:
        """Wait until nobody else holds this lock, and hold it to the end of the transaction.

        On SQLite whoever writes is alone anyway.
        """
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})
