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

HEAD = "0001"
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
