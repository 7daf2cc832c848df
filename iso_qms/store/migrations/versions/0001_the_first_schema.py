"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from iso_qms.store import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "qms_cursor",
        sa.Column("subscriber", AutoString(), nullable=False),
        sa.Column("pos", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber", name=op.f("pk_qms_cursor")),
    )
    op.create_table(
        "qms_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint('"id" = 1', name=op.f("ck_qms_head_id")),
        sa.CheckConstraint('"size" >= 0', name=op.f("ck_qms_head_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qms_head")),
    )
    op.create_table(
        "qms_journal",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("act", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("auth", AutoString(), nullable=False),
        sa.CheckConstraint('"pos" >= 0', name=op.f("ck_qms_journal_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_journal")),
    )
    with op.batch_alter_table("qms_journal", schema=None) as batch_op:
        batch_op.create_index("ix_qms_journal_act_pos", ["act", "pos"], unique=False)
        batch_op.create_index("ix_qms_journal_actor_pos", ["actor", "pos"], unique=False)
        batch_op.create_index("ix_qms_journal_subject_pos", ["subject", "pos"], unique=False)

    op.create_table(
        "qms_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint('"level" >= 1', name=op.f("ck_qms_node_level")),
        sa.PrimaryKeyConstraint("level", "idx", name=op.f("pk_qms_node")),
    )
    op.create_table(
        "qms_abandonment",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_abandonment_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_abandonment")),
    )
    op.create_table(
        "qms_acknowledgement",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.CheckConstraint('length("sha256") = 64', name=op.f("ck_qms_acknowledgement_sha256")),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_acknowledgement_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_acknowledgement")),
        sa.UniqueConstraint("document", "sha256", "actor", name=op.f("uq_qms_acknowledgement_document_sha256_actor")),
    )
    op.create_table(
        "qms_adoption",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("decision", AutoString(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.CheckConstraint('length("sha256") = 64', name=op.f("ck_qms_adoption_sha256")),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_adoption_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_adoption")),
        sa.UniqueConstraint("document", "number", name=op.f("uq_qms_adoption_document_number")),
    )
    op.create_table(
        "qms_backup",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_backup_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_backup")),
    )
    op.create_table(
        "qms_chain",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("chain", AutoString(), nullable=False),
        sa.Column("title", AutoString(), nullable=False),
        sa.Column("steps", AutoString(), nullable=False),
        sa.Column("kinds", AutoString(), nullable=False),
        sa.Column("units", AutoString(), nullable=False),
        sa.Column("classes", AutoString(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_chain_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_chain")),
    )
    op.create_table(
        "qms_copy",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("copy_no", sa.Integer(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("holder", AutoString(), nullable=True),
        sa.Column("token_sha256", AutoString(), nullable=True),
        sa.CheckConstraint('length("sha256") = 64', name=op.f("ck_qms_copy_sha256")),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_copy_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_copy")),
    )
    with op.batch_alter_table("qms_copy", schema=None) as batch_op:
        batch_op.create_index("ix_qms_copy_document", ["document"], unique=False)

    op.create_table(
        "qms_copy_recall",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("copy_no", sa.Integer(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_copy_recall_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_copy_recall")),
        sa.UniqueConstraint("document", "number", "copy_no", name=op.f("uq_qms_copy_recall_document_number_copy_no")),
    )
    op.create_table(
        "qms_credential",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("verifier_sha256", AutoString(), nullable=False),
        sa.Column("reset", sa.Boolean(), nullable=False),
        sa.CheckConstraint('length("verifier_sha256") = 64', name=op.f("ck_qms_credential_verifier_sha256")),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_credential_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_credential")),
    )
    op.create_table(
        "qms_deactivation",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_deactivation_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_deactivation")),
    )
    op.create_table(
        "qms_disclosure",
        sa.Column("digest", AutoString(), nullable=False),
        sa.Column("pos", sa.Integer(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("encoded", AutoString(), nullable=False),
        sa.Column("value", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_disclosure_pos")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_qms_disclosure")),
    )
    with op.batch_alter_table("qms_disclosure", schema=None) as batch_op:
        batch_op.create_index("ix_qms_disclosure_name_value", ["name", "value"], unique=False)
        batch_op.create_index("ix_qms_disclosure_subject", ["subject"], unique=False)

    op.create_table(
        "qms_draft",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("code", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("title", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("change_class", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("unit", AutoString(), nullable=True),
        sa.Column("service_codes", AutoString(), nullable=False),
        sa.Column("requests", AutoString(), nullable=False),
        sa.Column("open_changes", sa.Integer(), nullable=False),
        sa.Column("file_date", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "\"change_class\" in ('editorial', 'minor', 'major')", name=op.f("ck_qms_draft_change_class")
        ),
        sa.CheckConstraint('"issue" >= 1', name=op.f("ck_qms_draft_issue")),
        sa.CheckConstraint(
            "\"kind\" in ('procedure', 'form', 'manual', 'policy', 'instruction', 'external')",
            name=op.f("ck_qms_draft_kind"),
        ),
        sa.CheckConstraint('"number" >= 1', name=op.f("ck_qms_draft_number")),
        sa.CheckConstraint('length("sha256") = 64', name=op.f("ck_qms_draft_sha256")),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_draft_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_draft")),
    )
    with op.batch_alter_table("qms_draft", schema=None) as batch_op:
        batch_op.create_index("ix_qms_draft_document_number", ["document", "number", "pos"], unique=False)

    op.create_table(
        "qms_erasure",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("names", AutoString(), nullable=False),
        sa.Column("legal_basis", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_erasure_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_erasure")),
    )
    op.create_table(
        "qms_export",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("scope", AutoString(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("reason", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_export_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_export")),
    )
    op.create_table(
        "qms_foundation",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("origin", AutoString(), nullable=False),
        sa.Column("authority", AutoString(), nullable=False),
        sa.Column("zone", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_foundation_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_foundation")),
    )
    op.create_table(
        "qms_issue",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("legal_date", sa.Date(), nullable=False),
        sa.Column("start", UTCDateTime(), nullable=False),
        sa.Column("decision", AutoString(), nullable=False),
        sa.Column("transition", AutoString(), nullable=False),
        sa.Column("sunset", UTCDateTime(), nullable=True),
        sa.Column("accept_old_until", UTCDateTime(), nullable=True),
        sa.Column("reinstates", sa.Boolean(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("reason", AutoString(), nullable=True),
        sa.Column("base_checked", sa.Boolean(), nullable=False),
        sa.Column("overrides", AutoString(), nullable=False),
        sa.CheckConstraint(
            "\"transition\" in ('finish', 'elect', 'migrate', 'restart')", name=op.f("ck_qms_issue_transition")
        ),
        sa.CheckConstraint('length("sha256") = 64', name=op.f("ck_qms_issue_sha256")),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_issue_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_issue")),
    )
    with op.batch_alter_table("qms_issue", schema=None) as batch_op:
        batch_op.create_index("ix_qms_issue_document_start", ["document", "start"], unique=False)
        batch_op.create_index("ix_qms_issue_until", ["until"], unique=False)

    op.create_table(
        "qms_key",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("purpose", AutoString(), nullable=False),
        sa.Column("vkey", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_key_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_key")),
    )
    op.create_table(
        "qms_login",
        sa.Column("login", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("pos", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_login_pos")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_qms_login")),
        sa.UniqueConstraint("person", name=op.f("uq_qms_login_person")),
    )
    op.create_table(
        "qms_mandate",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("principal", AutoString(), nullable=False),
        sa.Column("holder", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("capacity", AutoString(), nullable=False),
        sa.Column("legal_basis", AutoString(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("units", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_mandate_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_mandate")),
    )
    op.create_table(
        "qms_mandate_revocation",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("mandate", sa.Integer(), nullable=False),
        sa.Column("holder", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_mandate_revocation_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_mandate_revocation")),
        sa.UniqueConstraint("mandate", name=op.f("uq_qms_mandate_revocation_mandate")),
    )
    op.create_table(
        "qms_operator",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("operator", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_operator_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_operator")),
        sa.UniqueConstraint("operator", name=op.f("uq_qms_operator_operator")),
    )
    op.create_table(
        "qms_parcel",
        sa.Column("subscriber", AutoString(), nullable=False),
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hook", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("due", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("parked", sa.Boolean(), nullable=False),
        sa.Column("trouble", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_parcel_pos")),
        sa.PrimaryKeyConstraint("subscriber", "pos", "hook", name=op.f("pk_qms_parcel")),
    )
    with op.batch_alter_table("qms_parcel", schema=None) as batch_op:
        batch_op.create_index("ix_qms_parcel_subscriber_due", ["subscriber", "due"], unique=False)

    op.create_table(
        "qms_person",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("roles", AutoString(), nullable=False),
        sa.Column("unit", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_person_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_person")),
        sa.UniqueConstraint("person", name=op.f("uq_qms_person_person")),
    )
    op.create_table(
        "qms_person_change",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("unit", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_person_change_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_person_change")),
    )
    op.create_table(
        "qms_plugins",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("plugins", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_plugins_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_plugins")),
    )
    op.create_table(
        "qms_policy",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("value", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_policy_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_policy")),
    )
    op.create_table(
        "qms_ratification",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("decision", AutoString(), nullable=False),
        sa.CheckConstraint('length("sha256") = 64', name=op.f("ck_qms_ratification_sha256")),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_ratification_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_ratification")),
        sa.UniqueConstraint("entry", name=op.f("uq_qms_ratification_entry")),
    )
    op.create_table(
        "qms_reactivation",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_reactivation_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_reactivation")),
    )
    op.create_table(
        "qms_refusal",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("attempted", AutoString(), nullable=False),
        sa.Column("refusal", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_refusal_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_refusal")),
    )
    op.create_table(
        "qms_request",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("request", sa.Integer(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("documents", AutoString(), nullable=False),
        sa.Column("legal_bases", AutoString(), nullable=False),
        sa.Column("decisions", AutoString(), nullable=False),
        sa.Column("service_codes", AutoString(), nullable=False),
        sa.Column("unit", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_request_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_request")),
        sa.UniqueConstraint("request", name=op.f("uq_qms_request_request")),
    )
    op.create_table(
        "qms_request_decision",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("request", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_request_decision_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_request_decision")),
        sa.UniqueConstraint("request", name=op.f("uq_qms_request_decision_request")),
    )
    op.create_table(
        "qms_rescission",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("overrides", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_rescission_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_rescission")),
        sa.UniqueConstraint("entry", name=op.f("uq_qms_rescission_entry")),
    )
    op.create_table(
        "qms_restore",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", AutoString(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=True),
        sa.Column("reason", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_restore_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_restore")),
    )
    op.create_table(
        "qms_resumption",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("suspension", sa.Integer(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_resumption_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_resumption")),
        sa.UniqueConstraint("suspension", name=op.f("uq_qms_resumption_suspension")),
    )
    op.create_table(
        "qms_review",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("findings", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_review_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_review")),
    )
    op.create_table(
        "qms_role_grant",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_role_grant_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_role_grant")),
    )
    op.create_table(
        "qms_role_revocation",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_role_revocation_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_role_revocation")),
    )
    op.create_table(
        "qms_send_back",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_send_back_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_send_back")),
    )
    op.create_table(
        "qms_signature",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column("meaning", AutoString(), nullable=False),
        sa.Column("change_class", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=True),
        sa.Column("principal", AutoString(), nullable=True),
        sa.Column("mandate", sa.Integer(), nullable=True),
        sa.Column("capacity", AutoString(), nullable=True),
        sa.Column("comment", AutoString(), nullable=True),
        sa.CheckConstraint(
            "\"meaning\" in ('review', 'approval', 'responsibility', 'authorship')",
            name=op.f("ck_qms_signature_meaning"),
        ),
        sa.CheckConstraint('length("sha256") = 64', name=op.f("ck_qms_signature_sha256")),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_signature_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_signature")),
        sa.UniqueConstraint("submission", "step", "actor", name=op.f("uq_qms_signature_submission_step_actor")),
    )
    op.create_table(
        "qms_submission",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("chain", AutoString(), nullable=False),
        sa.Column("steps", AutoString(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.CheckConstraint('length("sha256") = 64', name=op.f("ck_qms_submission_sha256")),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_submission_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_submission")),
    )
    with op.batch_alter_table("qms_submission", schema=None) as batch_op:
        batch_op.create_index("ix_qms_submission_document_number", ["document", "number"], unique=False)

    op.create_table(
        "qms_suspension",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("scope", AutoString(), nullable=False),
        sa.Column("start", UTCDateTime(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("end", UTCDateTime(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("units", AutoString(), nullable=False),
        sa.Column("decision", AutoString(), nullable=True),
        sa.CheckConstraint("\"scope\" in ('new', 'all')", name=op.f("ck_qms_suspension_scope")),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_suspension_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_suspension")),
    )
    with op.batch_alter_table("qms_suspension", schema=None) as batch_op:
        batch_op.create_index("ix_qms_suspension_document", ["document"], unique=False)

    op.create_table(
        "qms_unit",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("unit", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("parent", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_unit_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_unit")),
        sa.UniqueConstraint("unit", name=op.f("uq_qms_unit_unit")),
    )
    op.create_table(
        "qms_unit_end",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("unit", AutoString(), nullable=False),
        sa.Column("how", AutoString(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("decision", AutoString(), nullable=False),
        sa.Column("successor", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_unit_end_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_unit_end")),
        sa.UniqueConstraint("unit", name=op.f("uq_qms_unit_end_unit")),
    )
    op.create_table(
        "qms_verifier",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verifier", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_verifier_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_verifier")),
    )
    op.create_table(
        "qms_withdrawal",
        sa.Column("pos", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=False),
        sa.Column("document", AutoString(), nullable=False),
        sa.Column("legal_date", sa.Date(), nullable=False),
        sa.Column("start", UTCDateTime(), nullable=False),
        sa.Column("decision", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("transition", AutoString(), nullable=False),
        sa.Column("sunset", UTCDateTime(), nullable=True),
        sa.Column("overrides", AutoString(), nullable=False),
        sa.CheckConstraint(
            "\"transition\" in ('finish', 'elect', 'migrate', 'restart')", name=op.f("ck_qms_withdrawal_transition")
        ),
        sa.ForeignKeyConstraint(["pos"], ["qms_journal.pos"], name=op.f("fk_qms_withdrawal_pos")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_qms_withdrawal")),
    )
    with op.batch_alter_table("qms_withdrawal", schema=None) as batch_op:
        batch_op.create_index("ix_qms_withdrawal_document_start", ["document", "start"], unique=False)
    bind = op.get_bind()
    for statement in guards.statements(bind.dialect.name):
        # psycopg reads % as the beginning of a parameter
        bind.exec_driver_sql(statement.replace("%", "%%") if bind.dialect.name == "postgresql" else statement)
