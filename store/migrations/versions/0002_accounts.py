"""The company a lead came with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
LEADS = sa.table("leads", sa.column("lead_id"), sa.column("account", sa.Text()))
VERSIONS = sa.table(
    "lead_versions",
    sa.column("version_id"),
    sa.column("lead_id"),
    sa.column("fields", JSON),
)


def upgrade() -> None:
    """Up. Leads that are there already keep the domain they came with."""
    op.add_column("leads", sa.Column("account", sa.Text(), nullable=True))
    op.create_index(op.f("ix_leads_account"), "leads", ["account"], unique=False)
    first = sa.select(sa.func.min(VERSIONS.c.version_id)).group_by(VERSIONS.c.lead_id)
    told = (
        sa.select("domain:" + VERSIONS.c.fields["domain"].as_string())
        .where(VERSIONS.c.version_id.in_(first), VERSIONS.c.lead_id == LEADS.c.lead_id)
        .scalar_subquery()
    )
    op.execute(sa.update(LEADS).values(account=told))


def downgrade() -> None:
    """Down."""
    op.drop_index(op.f("ix_leads_account"), table_name="leads")
    op.drop_column("leads", "account")
