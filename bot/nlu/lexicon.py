"""The lexicons of `knowledge/`: medicines and conditions with what a mention of each means."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

KNOWLEDGE = Path(__file__).resolve().parent.parent.parent / "knowledge"

CONDITION, OPIOID, MEDICINE, AMBIGUOUS, LDN = "condition", "opioid", "medicine", "ambiguous", "ldn"

_COLUMNS = {
    "conditions.csv": ("term", "canonical_condition", "document_group", "answer_as", "ambiguity", "source_key"),
    "opioids.csv": ("term", "term_type", "generic_or_composition", "category", "ambiguity", "bot_action", "source_key"),
    "medicines.csv": ("term", "canonical", "kind", "ambiguity", "source_key"),
}
_ANSWER_AS = {"listed", "kind", "not_covered", "feeling"}
_BOT_ACTION = {"opioid_yes", "ask_to_clarify", "clinician_review", "not_opioid"}


class LexiconError(ValueError):
    """A row of a lexicon cannot be used; the text says file, line and remedy."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")


@dataclass(frozen=True)
class Term:
    """One way of writing something: its kind, canonical name and what the document makes of it.

    `answer_as` is set for conditions (listed, kind, not_covered, feeling), `group` is their line of the document.
    `exact_case` terms count only as written ("RA", not "ra" inside other words); `common` ones are ordinary words too.
    The canonical name of a `catch_all` term is no name of it: "migraine" is kept as "chronic pain".
    """

    text: str
    kind: str
    canonical: str
    answer_as: str = ""
    group: str = ""
    exact_case: bool = False
    common: bool = False
    catch_all: bool = False


def load(folder: Path = KNOWLEDGE) -> list[Term]:
    """All terms of the lexicons in `folder`. Raises `LexiconError` with file and line on a bad row."""
    return [*_conditions(folder), *_opioids(folder), *_medicines(folder)]


def fingerprint(folder: Path = KNOWLEDGE) -> str:
    """SHA-256 over the lexicons, for Rasa's training cache."""
    digest = hashlib.sha256()
    for name in sorted(_COLUMNS):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _conditions(folder: Path) -> list[Term]:
    terms = []
    rows = _rows(folder, "conditions.csv")
    names = {(row["term"].lower(), row["answer_as"]) for _, _, row in rows}
    for path, line, row in rows:
        _one_of(path, line, "answer_as", row["answer_as"], _ANSWER_AS)
        if row["answer_as"] == "feeling":
            continue
        text = row["term"].split(" (")[0]
        canonical, answer_as = row["canonical_condition"], row["answer_as"]
        terms.append(Term(text, CONDITION, canonical, answer_as, row["document_group"], exact_case=text == "ME",
                          catch_all=(canonical.lower(), answer_as) not in names))
    return terms


def _opioids(folder: Path) -> list[Term]:
    terms = []
    rows = _rows(folder, "opioids.csv")
    plain = {row["term"].lower() for _, _, row in rows if row["bot_action"] == "opioid_yes"}
    for path, line, row in rows:
        _one_of(path, line, "bot_action", row["bot_action"], _BOT_ACTION)
        action, category = row["bot_action"], row["category"]
        text = row["term"].split(" (")[0]
        if category == "opioid_antagonist" and action == "not_opioid":
            kind = LDN
        elif action == "opioid_yes" or plain & set(text.lower().split()):
            kind = OPIOID  # "fentanyl patch" leaves nothing to ask, "pain patch" does
        elif action == "ask_to_clarify":
            kind = AMBIGUOUS
        else:
            kind = MEDICINE
        common = kind == AMBIGUOUS and (len(text) <= 2 or row["term_type"] in ("slang", "lay", "abbrev"))
        composition = row["generic_or_composition"]
        # "(name)", "(status)": the column says that there is no other name than the term.
        canonical = text if not composition or composition.startswith("(") else composition
        terms.append(Term(text, kind, canonical, common=common))
    return terms


def _medicines(folder: Path) -> list[Term]:
    return [Term(row["term"], MEDICINE, row["canonical"])
            for _, _, row in _rows(folder, "medicines.csv") if row["ambiguity"] != "high"]


def _rows(folder: Path, name: str) -> list[tuple[Path, int, dict[str, str]]]:
    path = folder / name
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in _COLUMNS[name] if column not in (reader.fieldnames or ())]
            if missing:
                raise LexiconError(path, 1, f"the column {missing[0]!r} is missing from the first line. "
                                            f"It must name {', '.join(_COLUMNS[name])}.")
            rows = []
            for row in reader:
                empty = [column for column in _COLUMNS[name]
                         if row[column] is None or (column == "term" and not row[column].strip())]
                if empty:
                    raise LexiconError(path, reader.line_num, f"the column {empty[0]!r} has no value. Fill it in, or "
                                       "check that the row has as many commas as the first line.")
                if None in row:
                    raise LexiconError(path, reader.line_num, "more values than columns. Put a text with commas "
                                       "in double quotes.")
                rows.append((path, reader.line_num, {key: value or "" for key, value in row.items()}))
            return rows
    except FileNotFoundError:
        raise LexiconError(path, 1, "the file is missing. Restore it from the repository.") from None


def _one_of(path: Path, line: int, column: str, value: str, allowed: set[str]) -> None:
    if value not in allowed:
        raise LexiconError(path, line, f"{column} is {value!r}; it must be one of {', '.join(sorted(allowed))}.")
