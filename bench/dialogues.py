"""Plays conversations through the chat API and prints how many turns and conversations hold.

`python -m bench.dialogues [FILE ...]`; without a file: tests/held_out/dialogues/*.jsonl and, where it lies beside this
repository, the project's dialogs_dev.jsonl. A conversation is a JSON object a line: `turns`, each with `user` and
either `accept` or `expect` (accept, screening_slot, outcome, text_contains_any). The player answers `consent` and
`confirm` with yes by itself where a case does not, and sends a turn with `answers_slot` when that slot is asked.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.client import Reply, Visitor
from bench.system import ROOT, running_system
from bench.verdicts import RIGHT, Case, judge

HELD_OUT = sorted((ROOT / "tests" / "held_out" / "dialogues").glob("*.jsonl"))
BESIDE = ROOT.parent / "shared" / "eval" / "dialogs_dev.jsonl"
ASKS, DONE, HANDOFF_ASKS = "screening:ask:", "screening:done:", "handoff:ask:"
MOST_SKIPPED = 8


@dataclass(frozen=True)
class Played:
    """One turn as it went: what was said, the replies, and what did not hold (empty where all did)."""

    user: str
    replies: Sequence[Reply]
    wrong: tuple[str, ...]
    stretch: bool = False


@dataclass
class Conversation:
    """One case, played."""

    name: str
    turns: list[Played] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every turn holds, stretch turns left out."""
        return not any(turn.wrong for turn in self.turns if not turn.stretch)


def read(path: Path) -> Iterator[Mapping[str, Any]]:
    """The conversations of a file. Raises `ValueError` with file and line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                case = json.loads(line)
                [turn["user"] for turn in case["turns"]]
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path}:{number}: no conversation ({error}). Write an object with `turns`.") from None
            yield case


def play(case: Mapping[str, Any], visitor: Visitor) -> Conversation:
    """Plays one conversation."""
    conversation = Conversation(case.get("name", ""))
    replies: Sequence[Reply] = []
    turns = case["turns"]
    for place, turn in enumerate(turns):
        replies = _until_asked(turn, turns, visitor, replies)
        replies = visitor.say(turn["user"])
        expected = {"accept": turn.get("accept"), **(turn.get("expect") or {})}
        after = replies
        last = place == len(turns) - 1
        if expected.get("outcome") and not _done(replies) and (last or _asked(replies) == "confirm"):
            after = [*replies, *_confirmed(visitor, replies)]
        conversation.turns.append(Played(turn["user"], after, tuple(_wrong(expected, turn, replies, after)),
                                         bool(turn.get("stretch") or expected.get("stretch"))))
        replies = after
    return conversation


def _until_asked(turn: Mapping[str, Any], turns: Sequence[Mapping[str, Any]], visitor: Visitor,
                 replies: Sequence[Reply]) -> Sequence[Reply]:
    """Answers consent and confirm by itself where no turn of the case does."""
    own = {entry.get("answers_slot") for entry in turns}
    for _ in range(MOST_SKIPPED):
        asked = _asked(replies)
        if asked not in ("consent", "confirm") or turn.get("answers_slot") == asked or asked in own:
            break
        if asked == "confirm" and turn.get("answers_slot") is None:
            break
        if turn.get("answers_slot") is None and asked == "consent" and not any(own - {None}):
            break
        replies = _press_yes(visitor, replies)
    return replies


def _confirmed(visitor: Visitor, replies: Sequence[Reply]) -> Sequence[Reply]:
    return _press_yes(visitor, replies) if _asked(replies) == "confirm" else []


def _press_yes(visitor: Visitor, replies: Sequence[Reply]) -> Sequence[Reply]:
    button = next((button for button in replies[-1]["buttons"] if button["value"] == "yes"), None)
    return visitor.press(button) if button else visitor.say("yes")


def _asked(replies: Sequence[Reply]) -> str | None:
    labels = [label for reply in replies for label in reply["outcomes"] if label.startswith(ASKS)]
    return labels[-1].removeprefix(ASKS) if labels else None


def _done(replies: Sequence[Reply]) -> str | None:
    return next((label.removeprefix(DONE) for reply in replies for label in reply["outcomes"]
                 if label.startswith(DONE)), None)


def _wrong(expected: Mapping[str, Any], turn: Mapping[str, Any], replies: Sequence[Reply],
           after: Sequence[Reply]) -> Iterator[str]:
    if expected.get("accept"):
        verdict = judge(Case(turn["user"], tuple(expected["accept"])), replies)
        if verdict.verdict != RIGHT and not _asks_for(expected["accept"], replies):
            yield f"{expected['accept']} -> {verdict.verdict}: {list(verdict.outcomes)}"
    known: Mapping[str, Any] = next((reply["screening"] for reply in reversed(replies) if reply.get("screening")), {})
    also = expected.get("screening_slot_also_ok") or turn.get("screening_slot_also_ok") or []
    for slot, value in (expected.get("screening_slot") or {}).items():
        allowed = [value, *(also.get(slot) or [] if isinstance(also, Mapping) else also)]
        if known.get(slot) not in allowed:
            yield f"{slot}: {value} -> {known.get(slot)}"
    if expected.get("outcome") in ("flagged", "no_flag") and _done(after) != expected["outcome"]:
        yield f"outcome: {expected['outcome']} -> {_done(after)}"
    words = expected.get("text_contains_any")
    if words and not any(word.lower() in reply["text"].lower() for reply in after for word in words):
        yield f"none of {words} in the text"


def _asks_for(accept: Sequence[str], replies: Sequence[Reply]) -> bool:
    """Whether a case waits for a step of the hand-off's form that a verdict leaves out or renames, and it is there."""
    return any(label in accept and label.startswith((HANDOFF_ASKS, "handoff:requested"))
               for reply in replies for label in reply["outcomes"])


def main(arguments: list[str]) -> int:
    """Prints the figures of each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--list", action="store_true", help="print every turn that did not hold")
    parser.add_argument("--address", help="a running system, such as http://127.0.0.1:8000; else one is started")
    asked = parser.parse_args(arguments)
    files = asked.files or [*HELD_OUT, *([BESIDE] if BESIDE.is_file() else [])]
    if asked.address:
        _measure(files, asked.address, asked.list)
        return 0
    with running_system() as system:
        _measure(files, system.chat, asked.list)
    return 0


def _measure(files: Sequence[Path], address: str, every: bool) -> None:
    for path in files:
        played = [play(case, Visitor(address)) for case in read(path)]
        turns = [turn for conversation in played for turn in conversation.turns if not turn.stretch]
        held = sum(not turn.wrong for turn in turns)
        whole = sum(conversation.holds for conversation in played)
        print(f"\n{path.name}: {len(played)} conversations, {len(turns)} turns\n"
              f"  turns that hold          {held / max(1, len(turns)):6.1%}  ({held})\n"
              f"  conversations that hold  {whole / max(1, len(played)):6.1%}  ({whole})")
        kinds = Counter(wrong.split(":")[0].split(" ->")[0] for turn in turns for wrong in turn.wrong)
        for kind, count in kinds.most_common(8):
            print(f"  {count:4}  {kind}")
        if every:
            for conversation in played:
                for turn in conversation.turns:
                    for wrong in turn.wrong:
                        print(f"  {conversation.name}: “{turn.user}”: {wrong}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
