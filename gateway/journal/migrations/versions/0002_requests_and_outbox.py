"""Requests to the clinic, and the mails that tell of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column(
            "conversation_id",
            sa.String(length=32),
            nullable=True,
            comment="null once the chat is erased and the request stays",
        ),
        sa.Column(
            "message_id",
            sa.String(length=36),
            nullable=False,
            comment="the visitor's message that confirmed it",
        ),
        sa.Column(
            "form",
            sa.String(length=64),
            nullable=True,
            comment="the bot's id of the form that was confirmed: one form, one request",
        ),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("after_hours", sa.Boolean(), nullable=True, comment="null where no opening hours were set"),
        sa.Column(
            "opens_at",
            sa.BigInteger(),
            nullable=True,
            comment="the next opening that the visitor was told of",
        ),
        sa.Column("contact_kind", sa.String(length=5), nullable=False),
        sa.Column(
            "name",
            sa.Text(),
            nullable=True,
            comment="this and what follows: null once the visitor has taken the request back",
        ),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("times", sa.Text(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("screening", sa.Text(), nullable=True, comment="JSON"),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('booking', 'email')", name=op.f("ck_requests_kind")),
        sa.CheckConstraint("contact_kind IN ('email', 'phone')", name=op.f("ck_requests_contact_kind")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (contact IS NOT NULL)",
            name=op.f("ck_requests_withdrawn_has_no_contact"),
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_requests_conversation_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint(
            "conversation_id", "message_id", name=op.f("uq_requests_conversation_id_message_id")
        ),
        sa.UniqueConstraint("conversation_id", "form", name=op.f("uq_requests_conversation_id_form")),
        sa.UniqueConstraint("reference", name=op.f("uq_requests_reference")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("message_id", sa.String(length=300), nullable=False, comment="the same at every try"),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.Column("first_try_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_by", sa.String(length=220), nullable=True, comment="the mailer that sends it now"),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column(
            "maybe_sent",
            sa.Boolean(),
            nullable=False,
            comment="a try ended without the relay saying yes or no",
        ),
        sa.Column(
            "filed_at", sa.BigInteger(), nullable=True, comment="written to the folder while no relay was set"
        ),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "error",
            sa.String(length=60),
            nullable=True,
            comment="how the last try failed: a code or a word, never a relay's text",
        ),
        sa.CheckConstraint("kind IN ('clinic', 'patient', 'withdrawn')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name=op.f("ck_outbox_state")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_outbox_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
        sa.UniqueConstraint("request_id", "kind", name=op.f("uq_outbox_request_id_kind")),
    )
    op.create_index("ix_outbox_state_next_try_at", "outbox", ["state", "next_try_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_outbox_state_next_try_at", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("requests")
