"""Trials of training examples: how far one is, of which examples it was, and what it was measured with."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("trials")  # nothing ever wrote to it
    op.create_table(
        "trials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("step", sa.Text(), nullable=False, comment="what it is doing, or why it failed"),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False, comment="0: nobody knows how long this step takes"),
        sa.Column(
            "said_at", sa.BigInteger(), nullable=False, comment="a running one that is silent for long has died"
        ),
        sa.Column(
            "examples", sa.Integer(), nullable=False, comment="how many it was of; fewer rows: one was erased since"
        ),
        sa.Column(
            "measured_with",
            sa.String(length=64),
            nullable=False,
            comment="a digest of the model and the held-out messages",
        ),
        sa.Column(
            "figures",
            sa.Text(),
            nullable=True,
            comment="JSON: held-out figures and messages without and with the examples",
        ),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_trials_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
    )
    under_way = sa.text("state IN ('waiting', 'running')")
    op.create_index(
        "ix_trials_under_way",
        "trials",
        ["state"],
        unique=True,
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    op.create_table(
        "trial_examples",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="in the trial; the same words with the same label are one",
        ),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="of label and words as they were tried"),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=True,
            comment="JSON: what the example itself comes to, without and with the examples",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["reviews.conversation_id", "reviews.seq"],
            name=op.f("fk_trial_examples_conversation_id_seq"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trials.id"], name=op.f("fk_trial_examples_trial_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", "trial_id", name=op.f("pk_trial_examples")),
    )
