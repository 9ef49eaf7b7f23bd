"""The record: every message and every answer, on disk before anyone acts on it or sees it."""
