"""Indexes that keep the console fast on a million messages; words that begin so are found by an index of beginnings."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SEARCH_WORDS = [
    "DROP TRIGGER overviews_forget_words",
    """CREATE VIRTUAL TABLE search_words_new USING fts5(
         words, tokenize = 'porter unicode61 remove_diacritics 2', prefix = '1 2')""",
    "INSERT INTO search_words_new (rowid, words) SELECT rowid, words FROM search_words",
    "DROP TABLE search_words",
    "ALTER TABLE search_words_new RENAME TO search_words",
    # A number is used once: whoever settles old debts never settles a new one by mistake. A new index owes nothing.
    "DROP TABLE search_debts",
    "CREATE TABLE search_debts (id INTEGER PRIMARY KEY AUTOINCREMENT)",
    """CREATE TRIGGER overviews_forget_words AFTER DELETE ON overviews BEGIN
         DELETE FROM search_words WHERE rowid = old.number;
         INSERT INTO search_debts (id) VALUES (NULL);
       END""",
]

def upgrade() -> None:
    op.drop_index("ix_overviews_day", "overviews")
    op.create_index("ix_overviews_day_hour", "overviews", ["day", "hour"])
    op.create_index("ix_overviews_locale", "overviews", ["locale"])
    op.create_index(
        "ix_overviews_assignee_last_at",
        "overviews",
        ["assignee", "last_at"],
        sqlite_where=sa.text("assignee IS NOT NULL"),
        postgresql_where=sa.text("assignee IS NOT NULL"),
    )
    op.create_index("ix_questions_at", "questions", ["at"])
    op.create_index(
        "ix_questions_to_be_read",
        "questions",
        ["at"],
        sqlite_where=sa.text("meaning IS NULL"),
        postgresql_where=sa.text("meaning IS NULL"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in SEARCH_WORDS:
            op.execute(statement)
