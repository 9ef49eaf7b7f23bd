"""The tables of the journal. A change here needs a migration beside it; a test compares the two.

Times are milliseconds since 1970, UTC (`gateway.clock`). Everything that a visitor wrote or read hangs on its
conversation, so that erasing the conversation erases it all.
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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0005"
"""The newest migration; a journal that stands here is opened without loading Alembic."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("started_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("keep", String(7), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("gateway", String(200), nullable=False, comment="whose restart erases it, where nothing is kept"),
    Column("turn_gateway", String(200), comment="who handles a message of it now"),
    Column("turn_until", BigInteger),
    CheckConstraint("keep IN ('unsaved', 'chat', 'request')", name="keep"),
    Index("ix_conversations_keep_last_seen_at", "keep", "last_seen_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("role", String(7), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("client_id", String(36), comment="of a visitor's message: the id that the page gave it"),
    Column("answers", String(36), comment="of a bot's message: the id of the message that it answers"),
    Column(
        "text",
        Text,
        nullable=False,
        comment="what was typed, or the title of the button; empty for the bot's",
    ),
    Column("choice_id", String(32), comment="the button that was pressed"),
    UniqueConstraint("conversation_id", "client_id"),
    UniqueConstraint("conversation_id", "answers"),
    CheckConstraint("role IN ('visitor', 'bot')", name="role"),
    CheckConstraint("(role = 'visitor') = (client_id IS NOT NULL)", name="visitor_has_client_id"),
    CheckConstraint("(role = 'bot') = (answers IS NOT NULL)", name="bot_answers"),
)

replies = Table(
    "replies",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("body", Text, nullable=False, comment="the Reply as the visitor saw it, JSON"),
    ForeignKeyConstraint(
        ["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"], ondelete="CASCADE"
    ),
    UniqueConstraint("conversation_id", "seq", "position"),
)

readings = Table(
    "readings",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False, comment="what the bot understood of this message, JSON"),
    ForeignKeyConstraint(["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"], ondelete="CASCADE"),
)

choices = Table(
    "choices",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reply_id", ForeignKey("replies.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("payload", Text, nullable=False, comment="what the bot gave with the button, JSON"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("reply_id", ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Text),
)

requests = Table(
    "requests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("reference", String(20), nullable=False, unique=True),
    Column(
        "conversation_id",
        ForeignKey("conversations.id", ondelete="SET NULL"),
        comment="null once the chat is erased and the request stays",
    ),
    Column("message_id", String(36), nullable=False, comment="the visitor's message that confirmed it"),
    Column("form", String(64), comment="the bot's id of the form that was confirmed: one form, one request"),
    Column("kind", String(7), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("after_hours", Boolean, comment="null where no opening hours were set"),
    Column("opens_at", BigInteger, comment="the next opening that the visitor was told of"),
    Column("contact_kind", String(5), nullable=False),
    Column("name", Text, comment="this and what follows: null once the visitor has taken the request back"),
    Column("contact", Text),
    Column("times", Text),
    Column("question", Text),
    Column("note", Text),
    Column("screening", Text, comment="JSON"),
    Column("withdrawn_at", BigInteger),
    UniqueConstraint("conversation_id", "message_id"),
    UniqueConstraint("conversation_id", "form"),
    CheckConstraint("kind IN ('booking', 'email')", name="kind"),
    CheckConstraint("contact_kind IN ('email', 'phone')", name="contact_kind"),
    CheckConstraint("(withdrawn_at IS NULL) = (contact IS NOT NULL)", name="withdrawn_has_no_contact"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("request_id", ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(9), nullable=False),
    Column("message_id", String(300), nullable=False, unique=True, comment="the same at every try"),
    Column("state", String(7), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("next_try_at", BigInteger, nullable=False),
    Column("first_try_at", BigInteger),
    Column("tries", Integer, nullable=False),
    Column("lease_by", String(220), comment="the mailer that sends it now"),
    Column("lease_until", BigInteger),
    Column(
        "maybe_sent", Boolean, nullable=False, comment="a try ended without the relay saying yes or no"
    ),
    Column("filed_at", BigInteger, comment="written to the folder while no relay was set"),
    Column("sent_at", BigInteger),
    Column("error", String(60), comment="how the last try failed: a code or a word, never a relay's text"),
    UniqueConstraint("request_id", "kind"),
    CheckConstraint("kind IN ('clinic', 'patient', 'withdrawn')", name="kind"),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name="state"),
    Index("ix_outbox_state_next_try_at", "state", "next_try_at"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("reason", String(20), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column(
        "settled_at", BigInteger, nullable=False, comment="from here on the bot writes nothing of it any more"
    ),
    Column(
        "next_try_at", BigInteger, index=True, comment="when to ask the bot (again); null: the bot erased it"
    ),
    Column("tries", Integer, nullable=False),
)

gateways = Table(
    "gateways",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("alive_until", BigInteger, nullable=False),
)
