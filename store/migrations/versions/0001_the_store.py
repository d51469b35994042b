"""The store."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("per_minute", NUMBER, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("replaced_by", sa.Text(), nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_api_keys")),
    )
    op.create_table(
        "audit_log",
        sa.Column("audit_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_log")),
    )
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_log_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_log_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "campaigns",
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=True),
        sa.Column("goal_amount", NUMBER, nullable=True),
        sa.Column("budget_minor", NUMBER, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("product_line", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=True),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("row_number", NUMBER, nullable=True),
        sa.Column("attributes", JSON, nullable=False),
        sa.CheckConstraint(
            "budget_minor IS NULL OR budget_minor >= 0",
            name=op.f("ck_campaigns_budget_not_negative"),
        ),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_campaigns_ends_after_start")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaigns")),
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaigns_source_external_id"), ["source", "external_id"], unique=True
        )

    op.create_table(
        "enrichments",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=True),
        sa.Column("as_of", INSTANT, nullable=True),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("provider", "key", name=op.f("pk_enrichments")),
    )
    op.create_table(
        "erasures",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erasures")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("payload_digest", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("status", NUMBER, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_keys")),
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_idempotency_keys_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "import_batches",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.Text(), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("done_rows", NUMBER, nullable=False),
        sa.Column("imported", NUMBER, nullable=False),
        sa.Column("updated", NUMBER, nullable=False),
        sa.Column("merged", NUMBER, nullable=False),
        sa.Column("unchanged", NUMBER, nullable=False),
        sa.Column("quarantined", NUMBER, nullable=False),
        sa.Column("in_review", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_import_batches")),
    )
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_batches_file_digest"), ["file_digest"], unique=False
        )

    op.create_table(
        "jobs",
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("tries", NUMBER, nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobs_state_run_at"), ["state", "run_at"], unique=False)
        batch_op.create_index(
            "uq_jobs_waiting",
            ["kind", "key"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "leads",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("root_id", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("stage_since", INSTANT, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("typed", JSON, nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["leads.lead_id"], name=op.f("fk_leads_merged_into")
        ),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_leads")),
    )
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leads_root_id"), ["root_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_leads_updated_at_lead_id"), ["updated_at", "lead_id"], unique=False
        )

    op.create_table(
        "anonymous_ids",
        sa.Column("anonymous_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("stitched_at", INSTANT, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.lead_id"], name=op.f("fk_anonymous_ids_lead_id")
        ),
        sa.PrimaryKeyConstraint("anonymous_id", name=op.f("pk_anonymous_ids")),
    )
    with op.batch_alter_table("anonymous_ids", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_anonymous_ids_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "campaign_costs",
        sa.Column("cost_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", NUMBER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("voided_at", INSTANT, nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("row_number", NUMBER, nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_campaign_costs_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.campaign_id"], name=op.f("fk_campaign_costs_campaign_id")
        ),
        sa.PrimaryKeyConstraint("cost_id", name=op.f("pk_campaign_costs")),
    )
    with op.batch_alter_table("campaign_costs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_costs_campaign_id_spent_on"),
            ["campaign_id", "spent_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_campaign_costs_source_external_id"),
            ["source", "external_id"],
            unique=True,
        )

    op.create_table(
        "consents",
        sa.Column("consent_id", NUMBER, nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("wording_version", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.lead_id"], name=op.f("fk_consents_lead_id")),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consents_lead_id_occurred_at"), ["lead_id", "occurred_at"], unique=False
        )

    op.create_table(
        "events",
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=True),
        sa.Column("anonymous_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=True),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.lead_id"], name=op.f("fk_events_lead_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_events_anonymous_id_occurred_at"),
            ["anonymous_id", "occurred_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_events_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_events_lead_id_occurred_at"), ["lead_id", "occurred_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_events_source_message_id"), ["source", "message_id"], unique=True
        )

    op.create_table(
        "forms",
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("consent", JSON, nullable=False),
        sa.Column("consent_version", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.campaign_id"], name=op.f("fk_forms_campaign_id")
        ),
        sa.PrimaryKeyConstraint("form_id", name=op.f("pk_forms")),
    )
    with op.batch_alter_table("forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forms_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "import_rows",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("row_number", NUMBER, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.batch_id"], name=op.f("fk_import_rows_batch_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "row_number", name=op.f("pk_import_rows")),
    )
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_rows_record_id"), ["record_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("invitation_id", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.Column("registered_at", INSTANT, nullable=True),
        sa.Column("attended_at", INSTANT, nullable=True),
        sa.Column("followed_up_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.campaign_id"], name=op.f("fk_invitations_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.lead_id"], name=op.f("fk_invitations_lead_id")
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_invitations")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitations_campaign_id_lead_id"),
            ["campaign_id", "lead_id"],
            unique=True,
        )
        batch_op.create_index(batch_op.f("ix_invitations_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_token"), ["token"], unique=True)

    op.create_table(
        "lead_keys",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.lead_id"], name=op.f("fk_lead_keys_lead_id")),
        sa.PrimaryKeyConstraint("kind", "value", "lead_id", name=op.f("pk_lead_keys")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("lead_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_keys_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "lead_versions",
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("typed", JSON, nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.lead_id"], name=op.f("fk_lead_versions_lead_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_lead_versions")),
    )
    with op.batch_alter_table("lead_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lead_versions_lead_id_occurred_at"),
            ["lead_id", "occurred_at"],
            unique=False,
        )

    op.create_table(
        "materials",
        sa.Column("material_id", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ready_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.campaign_id"], name=op.f("fk_materials_campaign_id")
        ),
        sa.PrimaryKeyConstraint("material_id", name=op.f("pk_materials")),
    )
    with op.batch_alter_table("materials", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_materials_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "merges",
        sa.Column("merge_id", sa.Text(), nullable=False),
        sa.Column("survivor_id", sa.Text(), nullable=False),
        sa.Column("absorbed_id", sa.Text(), nullable=False),
        sa.Column("merged_at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["absorbed_id"], ["leads.lead_id"], name=op.f("fk_merges_absorbed_id")
        ),
        sa.ForeignKeyConstraint(
            ["survivor_id"], ["leads.lead_id"], name=op.f("fk_merges_survivor_id")
        ),
        sa.PrimaryKeyConstraint("merge_id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merges_absorbed_id"), ["absorbed_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merges_survivor_id"), ["survivor_id"], unique=False)

    op.create_table(
        "opportunities",
        sa.Column("opportunity_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_minor", NUMBER, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("row_number", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.lead_id"], name=op.f("fk_opportunities_lead_id")
        ),
        sa.PrimaryKeyConstraint("opportunity_id", name=op.f("pk_opportunities")),
    )
    with op.batch_alter_table("opportunities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opportunities_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_opportunities_source_external_id"),
            ["source", "external_id"],
            unique=True,
        )

    op.create_table(
        "outside_ids",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("row_number", NUMBER, nullable=True),
        sa.Column("first_seen", INSTANT, nullable=False),
        sa.Column("last_seen", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.lead_id"], name=op.f("fk_outside_ids_lead_id")
        ),
        sa.PrimaryKeyConstraint("source", "external_id", name=op.f("pk_outside_ids")),
    )
    with op.batch_alter_table("outside_ids", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outside_ids_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "quarantine",
        sa.Column("quarantine_id", NUMBER, nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("row_number", NUMBER, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("row", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.batch_id"], name=op.f("fk_quarantine_batch_id")
        ),
        sa.PrimaryKeyConstraint("quarantine_id", name=op.f("pk_quarantine")),
    )
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quarantine_batch_id_row_number"),
            ["batch_id", "row_number"],
            unique=False,
        )

    op.create_table(
        "reviews",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("lead_a", sa.Text(), nullable=False),
        sa.Column("lead_b", sa.Text(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["lead_a"], ["leads.lead_id"], name=op.f("fk_reviews_lead_a")),
        sa.ForeignKeyConstraint(["lead_b"], ["leads.lead_id"], name=op.f("fk_reviews_lead_b")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_reviews")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reviews_lead_a_lead_b"), ["lead_a", "lead_b"], unique=True
        )
        batch_op.create_index(batch_op.f("ix_reviews_lead_b"), ["lead_b"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reviews_state_opened_at"), ["state", "opened_at"], unique=False
        )

    op.create_table(
        "scores",
        sa.Column("prediction_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("scored_at", INSTANT, nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("margin", sa.Double(), nullable=False),
        sa.Column("points", NUMBER, nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("calibrated", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("inputs", JSON, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.lead_id"], name=op.f("fk_scores_lead_id")),
        sa.PrimaryKeyConstraint("prediction_id", name=op.f("pk_scores")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scores_lead_id_scored_at"), ["lead_id", "scored_at"], unique=False
        )

    op.create_table(
        "stage_moves",
        sa.Column("move_id", NUMBER, nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("from_stage", sa.Text(), nullable=False),
        sa.Column("to_stage", sa.Text(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("definition_version", sa.Text(), nullable=False),
        sa.Column("merge_id", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.lead_id"], name=op.f("fk_stage_moves_lead_id")
        ),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_stage_moves")),
    )
    with op.batch_alter_table("stage_moves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stage_moves_lead_id_occurred_at"),
            ["lead_id", "occurred_at"],
            unique=False,
        )

    op.create_table(
        "touchpoints",
        sa.Column("touchpoint_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=True),
        sa.Column("anonymous_id", sa.Text(), nullable=True),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.campaign_id"], name=op.f("fk_touchpoints_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.lead_id"], name=op.f("fk_touchpoints_lead_id")
        ),
        sa.PrimaryKeyConstraint("touchpoint_id", name=op.f("pk_touchpoints")),
    )
    with op.batch_alter_table("touchpoints", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_touchpoints_anonymous_id"), ["anonymous_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_touchpoints_campaign_id_occurred_at"),
            ["campaign_id", "occurred_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_touchpoints_lead_id_occurred_at"),
            ["lead_id", "occurred_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_touchpoints_source_external_id"), ["source", "external_id"], unique=True
        )

    op.create_table(
        "opportunity_versions",
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("opportunity_id", sa.Text(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("fields", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunities.opportunity_id"],
            name=op.f("fk_opportunity_versions_opportunity_id"),
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_opportunity_versions")),
    )
    with op.batch_alter_table("opportunity_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_opportunity_versions_opportunity_id_occurred_at"),
            ["opportunity_id", "occurred_at"],
            unique=False,
        )


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("opportunity_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opportunity_versions_opportunity_id_occurred_at"))

    op.drop_table("opportunity_versions")
    with op.batch_alter_table("touchpoints", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_touchpoints_source_external_id"))
        batch_op.drop_index(batch_op.f("ix_touchpoints_lead_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_touchpoints_campaign_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_touchpoints_anonymous_id"))

    op.drop_table("touchpoints")
    with op.batch_alter_table("stage_moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stage_moves_lead_id_occurred_at"))

    op.drop_table("stage_moves")
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scores_lead_id_scored_at"))

    op.drop_table("scores")
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reviews_state_opened_at"))
        batch_op.drop_index(batch_op.f("ix_reviews_lead_b"))
        batch_op.drop_index(batch_op.f("ix_reviews_lead_a_lead_b"))

    op.drop_table("reviews")
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quarantine_batch_id_row_number"))

    op.drop_table("quarantine")
    with op.batch_alter_table("outside_ids", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outside_ids_lead_id"))

    op.drop_table("outside_ids")
    with op.batch_alter_table("opportunities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opportunities_source_external_id"))
        batch_op.drop_index(batch_op.f("ix_opportunities_lead_id"))

    op.drop_table("opportunities")
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merges_survivor_id"))
        batch_op.drop_index(batch_op.f("ix_merges_absorbed_id"))

    op.drop_table("merges")
    with op.batch_alter_table("materials", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_materials_campaign_id"))

    op.drop_table("materials")
    with op.batch_alter_table("lead_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_versions_lead_id_occurred_at"))

    op.drop_table("lead_versions")
    with op.batch_alter_table("lead_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_keys_lead_id"))

    op.drop_table("lead_keys")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_token"))
        batch_op.drop_index(batch_op.f("ix_invitations_lead_id"))
        batch_op.drop_index(batch_op.f("ix_invitations_campaign_id_lead_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_rows_record_id"))

    op.drop_table("import_rows")
    with op.batch_alter_table("forms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forms_campaign_id"))

    op.drop_table("forms")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_source_message_id"))
        batch_op.drop_index(batch_op.f("ix_events_lead_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_events_campaign_id"))
        batch_op.drop_index(batch_op.f("ix_events_anonymous_id_occurred_at"))

    op.drop_table("events")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consents_lead_id_occurred_at"))

    op.drop_table("consents")
    with op.batch_alter_table("campaign_costs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_costs_source_external_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_costs_campaign_id_spent_on"))

    op.drop_table("campaign_costs")
    with op.batch_alter_table("anonymous_ids", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_anonymous_ids_lead_id"))

    op.drop_table("anonymous_ids")
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leads_updated_at_lead_id"))
        batch_op.drop_index(batch_op.f("ix_leads_root_id"))

    op.drop_table("leads")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_jobs_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_jobs_state_run_at"))

    op.drop_table("jobs")
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batches_file_digest"))

    op.drop_table("import_batches")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_created_at"))

    op.drop_table("idempotency_keys")
    op.drop_table("erasures")
    op.drop_table("enrichments")
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaigns_source_external_id"))

    op.drop_table("campaigns")
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_log_subject_id"))
        batch_op.drop_index(batch_op.f("ix_audit_log_at"))

    op.drop_table("audit_log")
    op.drop_table("api_keys")
