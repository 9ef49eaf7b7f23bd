"""Looks over what the bot learns from before it is trained: `python -m bot.checks`. One line for each fault."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.answers.document import DOCUMENT
from bot.answers.proof import faults
from bot.nlu.lexicon import LexiconError, load

ROOT = DOCUMENT.parent.parent
_INTENT = re.compile(r"^\s*- intent:\s*(\S+/\S+)\s*$")


def problems() -> list[str]:
    """Every fault with file, line and remedy; nothing where all is well."""
    broken = [fault for path in _files() for fault in _yaml_faults(path)]
    if broken:
        return broken
    found = [str(fault) for fault in faults()]
    try:
        load()
    except LexiconError as wrong:
        found.append(str(wrong))
    return [*found, *_intents_without_answers()]


def _files() -> list[Path]:
    return [*(ROOT / name for name in ("domain.yml", "config.yml", "credentials.yml", "endpoints.yml")),
            *sorted((ROOT / "data").rglob("*.yml")), *sorted((ROOT / "knowledge").glob("*.yml"))]


def _yaml_faults(path: Path) -> Iterator[str]:
    shown = path.relative_to(ROOT)
    try:
        yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except FileNotFoundError:
        yield f"{shown}:1: the file is missing. Restore it from the repository."
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        yield f"{shown}:{line}: this is not YAML ({wrong.problem}). Look at this line and the one before it."
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        yield f"{shown}:1: this cannot be read as YAML ({type(wrong).__name__}). Save it as UTF-8 text."


def _intents_without_answers() -> Iterator[str]:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    for path in (ROOT / "data" / "nlu.yml", *sorted((ROOT / "data" / "later").glob("*.yml"))):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            intent = _INTENT.match(line)
            if intent and f"utter_{intent.group(1)}" not in responses:
                yield (f"{path.relative_to(ROOT)}:{number}: the intent {intent.group(1)} has no answer. Add a response "
                       f"utter_{intent.group(1)} to domain.yml, or mend the name.")


if __name__ == "__main__":
    faulty = problems()
    print("\n".join(faulty), file=sys.stderr)
    sys.exit(1 if faulty else 0)
