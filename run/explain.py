"""Why a message is understood as it is: `make explain TEXT="..."`.

Prints what the labeller hears in the whole message, the message as the classifier sees it, its parts with entities,
scores and nearest examples, what may have been asked with its probability, and the zone. Runs in the bot's environment
with the newest trained model.
"""

from __future__ import annotations

import os
import sys

from bench.understanding import newest
from bot.nlu.outcome import Outcome
from bot.nlu.readable import unreadable
from bot.nlu.understanding import Part, Understanding

SHOWN = 3
WORTH_SHOWING = -3.0
_ZONES = {"suggest": "buttons", "out_of_scope": "honest no"}


def explain(understanding: Understanding, message: str) -> str:
    """The page for one message."""
    reason = unreadable(message)
    if reason:
        return f"unreadable: {reason}\n"
    said = understanding.said(message)
    lines = [f"message    {message}", f"thresholds {understanding.thresholds}", "",
             *(f"says       {said.odds[label, subject]:+.1f}  {_name(Outcome(label, subject=subject))}"
               for label, subject in said.likely(WORTH_SHOWING)), ""]
    for part in understanding.parts(message):
        lines += [*_part(understanding, part), ""]
    lines += [f"asked      {candidate.score:.2f}  {_name(candidate.outcome)}  ({_line(candidate.part.span.text)})"
              for candidate in understanding.candidates(message)]
    outcomes = understanding.read(message)
    lines.append(f"zone       {_ZONES.get(outcomes[0].label, 'answered')}")
    for outcome in outcomes:
        lines.append(f"outcome    {_name(outcome)}  {outcome.score:.2f}")
        lines += [f"  button   {option.term or _name(option)}" for option in outcome.options]
    return "\n".join(lines) + "\n"


def _part(understanding: Understanding, part: Part) -> list[str]:
    prepared = understanding.preparer.prepare(part.span.text)
    lines = [f"{part.span.kind:10} {part.span.text}", f"  seen as  {prepared.words}"]
    lines += [f"  entity   {entity.kind} {entity.canonical}{' (negated)' if entity.negated else ''}"
              for entity in part.entities]
    lines += [f"  score    {_name(one.outcome)}  share {one.share:.2f}  nearest {one.cosine:.2f}"
              for one in part.ranked[:SHOWN]]
    return lines + [f"  like     {cosine:.2f} {label}: {_line(text)}"
                    for cosine, label, text in understanding.model.nearest_examples(prepared.text, SHOWN)]


def _name(outcome: Outcome) -> str:
    return " ".join(filter(None, (outcome.label, outcome.subject, outcome.condition)))


def _line(text: str) -> str:
    return text if len(text) <= 90 else text[:87] + "..."


def main() -> int:
    """Explains the message of the arguments or, from make, of the variable TEXT."""
    message = " ".join(sys.argv[1:]) or os.environ.get("TEXT", "")
    if not message.strip():
        print('Say which message: make explain TEXT="is it safe"', file=sys.stderr)
        return 2
    try:
        print(explain(newest(), message), end="")
    except FileNotFoundError as missing:
        print(missing, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
