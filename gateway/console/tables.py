"""The console's tables in the journal. Times are milliseconds since 1970, UTC, as in `gateway.journal.schema`.

What is derived from a visitor's words hangs on the conversation and goes with it. The full-text index is no table
of SQLAlchemy's: the migration makes it, with triggers that empty it (see `gateway.console.search`).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from gateway.journal.schema import metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("role", String(6), nullable=False),
    Column("password", Text, nullable=False, comment="Argon2id, with its parameters"),
    Column("totp_secret", String(64), nullable=False),
    Column("totp_step", BigInteger, nullable=False, comment="the last code's step: no code counts twice"),
    Column("created_at", BigInteger, nullable=False),
    Column("left_at", BigInteger, comment="from then on nobody signs in with it"),
    CheckConstraint("role IN ('reader', 'admin')", name="role"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("used_at", BigInteger),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("digest", String(64), primary_key=True, comment="of the cookie, which is stored nowhere"),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("browser", String(200), nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("role", String(6), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    CheckConstraint("role IN ('reader', 'admin')", name="role"),
)

failed_sign_ins = Table(
    "failed_sign_ins",
    metadata,
    Column("name_digest", String(64), primary_key=True, comment="of any name that was tried, ours or not"),
    Column("failures", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("staff_id", Integer, nullable=False, comment="0: nobody was signed in"),
    Column("staff_name", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("whose", String(32), comment="the conversation's id or the request's reference"),
    Column("detail", Text, nullable=False, comment="JSON: ids, counts and names of fields, never words"),
    sqlite_autoincrement=True,
)

overviews = Table(
    "overviews",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("seq", Integer, nullable=False, comment="the last message that is counted in here; 0: to be made anew"),
    Column("started_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False, comment="the last message's"),
    Column("day", Integer, nullable=False, comment="of the start, on the clinic's calendar: 20261123"),
    Column("hour", Integer, nullable=False, comment="of the start, on the clinic's clock"),
    Column("weekday", Integer, nullable=False, comment="of the start: 0 is Monday"),
    Column("holiday", Boolean, nullable=False),
    Column("after_hours", Boolean, comment="null where no opening hours are set"),
    Column("locale", String(35), nullable=False),
    Column("messages", Integer, nullable=False, comment="the visitor's"),
    Column("answered", Integer, nullable=False, comment="messages by the best that they came to"),
    Column("handed_off", Integer, nullable=False),
    Column("suggested", Integer, nullable=False),
    Column("not_covered", Integer, nullable=False),
    Column("out_of_scope", Integer, nullable=False),
    Column("other", Integer, nullable=False),
    Column("unanswered", Integer, nullable=False),
    Column("within_1_s", Integer, nullable=False, comment="messages answered so soon"),
    Column("within_2_s", Integer, nullable=False),
    Column("within_8_s", Integer, nullable=False),
    Column("later", Integer, nullable=False),
    Column("flagged", Boolean, nullable=False, comment="a safety card was shown"),
    Column("screening", String(9), nullable=False, comment="empty: none"),
    Column("requested", Boolean, nullable=False),
    Column("thumbs_up", Integer, nullable=False),
    Column("thumbs_down", Integer, nullable=False),
    Column("state", String(7), nullable=False),
    Column("assignee", ForeignKey("staff.id", ondelete="SET NULL")),
    Column("urgent", Boolean, nullable=False, comment="flagged or requested, and not done"),
    CheckConstraint("state IN ('new', 'seen', 'waiting', 'done')", name="state"),
    CheckConstraint("screening IN ('', 'begun', 'no_flag', 'flagged', 'cancelled')", name="screening"),
    Index("ix_overviews_urgent_last_at", "urgent", "last_at"),
    Index("ix_overviews_state_last_at", "state", "last_at"),
    Index("ix_overviews_last_at", "last_at"),
    Index("ix_overviews_day_hour", "day", "hour"),
    Index("ix_overviews_locale", "locale"),
    Index(
        "ix_overviews_assignee_last_at",
        "assignee",
        "last_at",
        sqlite_where=text("assignee IS NOT NULL"),
        postgresql_where=text("assignee IS NOT NULL"),
    ),
    Index("ix_overviews_stale", "seq", sqlite_where=text("seq = 0"), postgresql_where=text("seq = 0")),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("number", ForeignKey("overviews.number", ondelete="CASCADE"), primary_key=True),
    Column("outcome", String(100), primary_key=True),
    Column("subject", String(100), primary_key=True, comment="of not_covered; else empty"),
    Column("day", Integer, nullable=False),
    Column("times", Integer, nullable=False),
    Index("ix_outcomes_outcome_subject_number", "outcome", "subject", "number"),
    Index("ix_outcomes_day_outcome_subject_times", "day", "outcome", "subject", "times"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False, comment="the visitor's message"),
    Column("at", BigInteger, nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("verdict", String(7), nullable=False),
    Column("label", String(100), comment="what would have been right, as data/nlu.yml names it"),
    Column("example", Text, comment="the words to learn from, as staff redacted them"),
    Column("example_state", String(7), comment="null: none was made"),
    ForeignKeyConstraint(["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"], ondelete="CASCADE"),
    CheckConstraint("verdict IN ('right', 'wrong', 'ignored')", name="verdict"),
    CheckConstraint("example_state IN ('draft', 'ready', 'ignored')", name="example_state"),
    Index("ix_reviews_example_state", "example_state"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("text", Text, nullable=False),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False, unique=True),
    Column("query", String(2000), nullable=False, comment="as it stands in the search page's address"),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
)

request_work = Table(
    "request_work",
    metadata,
    Column("request_id", ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    Column("done_at", BigInteger),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
)

questions = Table(
    "questions",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("meaning", LargeBinary, comment="the embedding, 384 float16; null until the grouper made it"),
    Column("group_id", Integer, comment="null: in no group"),
    Column("place", Integer, comment="in its group: 0 is the most typical"),
    ForeignKeyConstraint(["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"], ondelete="CASCADE"),
    CheckConstraint("kind IN ('not_covered', 'out_of_scope', 'suggest')", name="kind"),
    Index("ix_questions_group_id_place", "group_id", "place"),
    Index("ix_questions_at", "at"),
    Index(
        "ix_questions_to_be_read",
        "at",
        sqlite_where=text("meaning IS NULL"),
        postgresql_where=text("meaning IS NULL"),
    ),
)

groupings = Table(
    "groupings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("asked_at", BigInteger, nullable=False),
    Column("state", String(7), nullable=False),
    Column("step", String(60), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("finished_at", BigInteger),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
)

trials = Table(
    "trials",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("asked_at", BigInteger, nullable=False),
    Column("state", String(7), nullable=False),
    Column("step", Text, nullable=False, comment="what it is doing, or why it failed"),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False, comment="0: nobody knows how long this step takes"),
    Column("said_at", BigInteger, nullable=False, comment="a running one that is silent for long has died"),
    Column("examples", Integer, nullable=False, comment="how many it was of; fewer rows: one was erased since"),
    Column("measured_with", String(64), nullable=False, comment="a digest of the model and the held-out messages"),
    Column("figures", Text, comment="JSON: held-out figures and messages without and with the examples"),
    Column("finished_at", BigInteger),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
    # One waits at most, and one runs, however many ask and however many processes look for work.
    Index(
        "ix_trials_under_way",
        "state",
        unique=True,
        sqlite_where=text("state IN ('waiting', 'running')"),
        postgresql_where=text("state IN ('waiting', 'running')"),
    ),
)

trial_examples = Table(
    "trial_examples",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("trial_id", ForeignKey("trials.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, nullable=False, comment="in the trial; the same words with the same label are one"),
    Column("digest", String(64), nullable=False, comment="of label and words as they were tried"),
    Column("outcome", Text, comment="JSON: what the example itself comes to, without and with the examples"),
    ForeignKeyConstraint(["conversation_id", "seq"], ["reviews.conversation_id", "reviews.seq"], ondelete="CASCADE"),
)
