"""What a message may rightly come to: the labels of data/nlu.yml, read from that file."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parents[2] / "data" / "nlu.yml"
_INTENT = re.compile(r"^\s*- intent: (\S+)\s*$", re.MULTILINE)


@lru_cache(maxsize=1)
def training_labels() -> tuple[str, ...]:
    """Every label that has examples, sorted; read once."""
    return tuple(sorted(set(_INTENT.findall(FILE.read_text(encoding="utf-8")))))
