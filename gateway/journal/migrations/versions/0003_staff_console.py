"""The staff console's tables, its full-text index, and the triggers that keep both in step with erasing."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TWO_YEARS_MS = 731 * 86_400_000

SQLITE = [
    "CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize = 'porter unicode61 remove_diacritics 2')",
    "CREATE TABLE search_debts (id INTEGER PRIMARY KEY)",
    """CREATE TRIGGER overviews_forget_words AFTER DELETE ON overviews BEGIN
         DELETE FROM search_words WHERE rowid = old.number;
         INSERT INTO search_debts (id) VALUES (NULL);
       END""",
    """CREATE TRIGGER conversations_unsaved AFTER UPDATE OF keep ON conversations
       WHEN new.keep = 'unsaved' BEGIN
         DELETE FROM overviews WHERE conversation_id = new.id;
         DELETE FROM questions WHERE conversation_id = new.id;
       END""",
    """CREATE TRIGGER feedback_makes_stale AFTER INSERT ON feedback BEGIN
         UPDATE overviews SET seq = 0 WHERE conversation_id = new.conversation_id;
       END""",
    """CREATE TRIGGER audit_stands BEFORE UPDATE ON audit BEGIN
         SELECT RAISE(ABORT, 'the audit is only ever added to');
       END""",
    f"""CREATE TRIGGER audit_stays BEFORE DELETE ON audit
        WHEN old.at > CAST(strftime('%s', 'now') AS INTEGER) * 1000 - {TWO_YEARS_MS} BEGIN
          SELECT RAISE(ABORT, 'the audit is kept for two years');
        END""",
]

POSTGRESQL = [
    """CREATE TABLE search_words (
         number INTEGER PRIMARY KEY REFERENCES overviews (number) ON DELETE CASCADE,
         words TEXT NOT NULL, vector TSVECTOR NOT NULL)""",
    "CREATE INDEX ix_search_words_vector ON search_words USING gin (vector)",
    """CREATE FUNCTION conversations_unsaved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         DELETE FROM overviews WHERE conversation_id = new.id;
         DELETE FROM questions WHERE conversation_id = new.id;
         RETURN new;
       END $$""",
    """CREATE TRIGGER conversations_unsaved AFTER UPDATE OF keep ON conversations
       FOR EACH ROW WHEN (new.keep = 'unsaved') EXECUTE FUNCTION conversations_unsaved()""",
    """CREATE FUNCTION feedback_makes_stale() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         UPDATE overviews SET seq = 0 WHERE conversation_id = new.conversation_id;
         RETURN new;
       END $$""",
    """CREATE TRIGGER feedback_makes_stale AFTER INSERT ON feedback
       FOR EACH ROW EXECUTE FUNCTION feedback_makes_stale()""",
    f"""CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF TG_OP = 'DELETE' AND old.at <= extract(epoch FROM now()) * 1000 - {TWO_YEARS_MS} THEN
            RETURN old;
          END IF;
          RAISE EXCEPTION 'the audit is only ever added to';
        END $$""",
    """CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit
       FOR EACH ROW EXECUTE FUNCTION audit_stays()""",
]


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False, comment="0: nobody was signed in"),
        sa.Column("staff_name", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column(
            "whose",
            sa.String(length=32),
            nullable=True,
            comment="the conversation's id or the request's reference",
        ),
        sa.Column(
            "detail", sa.Text(), nullable=False, comment="JSON: ids, counts and names of fields, never words"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "failed_sign_ins",
        sa.Column(
            "name_digest",
            sa.String(length=64),
            nullable=False,
            comment="of any name that was tried, ours or not",
        ),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name_digest", name=op.f("pk_failed_sign_ins")),
    )
    op.create_table(
        "groupings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_groupings_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groupings")),
    )
    op.create_table(
        "invitations",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=6), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('reader', 'admin')", name=op.f("ck_invitations_role")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_invitations")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=6), nullable=False),
        sa.Column("password", sa.Text(), nullable=False, comment="Argon2id, with its parameters"),
        sa.Column("totp_secret", sa.String(length=64), nullable=False),
        sa.Column(
            "totp_step", sa.BigInteger(), nullable=False, comment="the last code's step: no code counts twice"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True, comment="from then on nobody signs in with it"),
        sa.CheckConstraint("role IN ('reader', 'admin')", name=op.f("ck_staff_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_name")),
    )
    op.create_table(
        "trials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.Column(
            "figures",
            sa.Text(),
            nullable=True,
            comment="JSON: the held-out figures without and with the examples; no words",
        ),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_trials_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_notes_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_notes_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_conversation_id"), "notes", ["conversation_id"], unique=False)
    op.create_table(
        "overviews",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column(
            "seq",
            sa.Integer(),
            nullable=False,
            comment="the last message that is counted in here; 0: to be made anew",
        ),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="the last message's"),
        sa.Column(
            "day", sa.Integer(), nullable=False, comment="of the start, on the clinic's calendar: 20261123"
        ),
        sa.Column("hour", sa.Integer(), nullable=False, comment="of the start, on the clinic's clock"),
        sa.Column("weekday", sa.Integer(), nullable=False, comment="of the start: 0 is Monday"),
        sa.Column("holiday", sa.Boolean(), nullable=False),
        sa.Column("after_hours", sa.Boolean(), nullable=True, comment="null where no opening hours are set"),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False, comment="the visitor's"),
        sa.Column("answered", sa.Integer(), nullable=False, comment="messages by the best that they came to"),
        sa.Column("handed_off", sa.Integer(), nullable=False),
        sa.Column("suggested", sa.Integer(), nullable=False),
        sa.Column("not_covered", sa.Integer(), nullable=False),
        sa.Column("out_of_scope", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("within_1_s", sa.Integer(), nullable=False, comment="messages answered so soon"),
        sa.Column("within_2_s", sa.Integer(), nullable=False),
        sa.Column("within_8_s", sa.Integer(), nullable=False),
        sa.Column("later", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False, comment="a safety card was shown"),
        sa.Column("screening", sa.String(length=9), nullable=False, comment="empty: none"),
        sa.Column("requested", sa.Boolean(), nullable=False),
        sa.Column("thumbs_up", sa.Integer(), nullable=False),
        sa.Column("thumbs_down", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("assignee", sa.Integer(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False, comment="flagged or requested, and not done"),
        sa.CheckConstraint(
            "screening IN ('', 'begun', 'no_flag', 'flagged', 'cancelled')",
            name=op.f("ck_overviews_screening"),
        ),
        sa.CheckConstraint("state IN ('new', 'seen', 'waiting', 'done')", name=op.f("ck_overviews_state")),
        sa.ForeignKeyConstraint(
            ["assignee"], ["staff.id"], name=op.f("fk_overviews_assignee"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_overviews_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_overviews")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_overviews_conversation_id")),
    )
    op.create_index("ix_overviews_day", "overviews", ["day"], unique=False)
    op.create_index("ix_overviews_last_at", "overviews", ["last_at"], unique=False)
    op.create_index(
        "ix_overviews_stale",
        "overviews",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("seq = 0"),
        postgresql_where=sa.text("seq = 0"),
    )
    op.create_index("ix_overviews_state_last_at", "overviews", ["state", "last_at"], unique=False)
    op.create_index("ix_overviews_urgent_last_at", "overviews", ["urgent", "last_at"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_recovery_codes_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_staff_id"), "recovery_codes", ["staff_id"], unique=False)
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "query",
            sa.String(length=2000),
            nullable=False,
            comment="as it stands in the search page's address",
        ),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_views_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_views_name")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column(
            "digest", sa.String(length=64), nullable=False, comment="of the cookie, which is stored nowhere"
        ),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_sessions")),
    )
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False, comment="of not_covered; else empty"),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["overviews.number"], name=op.f("fk_outcomes_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", "outcome", "subject", name=op.f("pk_outcomes")),
    )
    op.create_index(
        "ix_outcomes_day_outcome_subject_times",
        "outcomes",
        ["day", "outcome", "subject", "times"],
        unique=False,
    )
    op.create_index(
        "ix_outcomes_outcome_subject_number", "outcomes", ["outcome", "subject", "number"], unique=False
    )
    op.create_table(
        "questions",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column(
            "meaning",
            sa.LargeBinary(),
            nullable=True,
            comment="the embedding, 384 float16; null until the grouper made it",
        ),
        sa.Column("group_id", sa.Integer(), nullable=True, comment="null: in no group"),
        sa.Column("place", sa.Integer(), nullable=True, comment="in its group: 0 is the most typical"),
        sa.CheckConstraint(
            "kind IN ('not_covered', 'out_of_scope', 'suggest')", name=op.f("ck_questions_kind")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["messages.conversation_id", "messages.seq"],
            name=op.f("fk_questions_conversation_id_seq"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_group_id_place", "questions", ["group_id", "place"], unique=False)
    op.create_table(
        "readings",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="what the bot understood of this message, JSON"),
        sa.ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["messages.conversation_id", "messages.seq"],
            name=op.f("fk_readings_conversation_id_seq"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_readings")),
    )
    op.create_table(
        "request_work",
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_work_request_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_request_work_staff_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_request_work")),
    )
    op.create_table(
        "reviews",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False, comment="the visitor's message"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=7), nullable=False),
        sa.Column(
            "label",
            sa.String(length=100),
            nullable=True,
            comment="what would have been right, as data/nlu.yml names it",
        ),
        sa.Column(
            "example", sa.Text(), nullable=True, comment="the words to learn from, as staff redacted them"
        ),
        sa.Column("example_state", sa.String(length=7), nullable=True, comment="null: none was made"),
        sa.CheckConstraint(
            "example_state IN ('draft', 'ready', 'ignored')", name=op.f("ck_reviews_example_state")
        ),
        sa.CheckConstraint("verdict IN ('right', 'wrong', 'ignored')", name=op.f("ck_reviews_verdict")),
        sa.ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["messages.conversation_id", "messages.seq"],
            name=op.f("fk_reviews_conversation_id_seq"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_reviews_staff_id")),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_example_state", "reviews", ["example_state"], unique=False)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
