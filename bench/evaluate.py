"""Asks every message of evaluation files through the chat API and prints the verdicts: `make evaluate [FILE=...]`.

Without a file: this repository's held-out messages, and the project's evaluation files where they lie beside it.
Rows that accept only a safety card are counted apart with --safety, else left out.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.client import Visitor
from bench.system import ROOT, running_system
from bench.verdicts import (
    SAFETY,
    Case,
    UnknownCase,
    Verdict,
    always_not_covered,
    confusions,
    judge,
    read_cases,
    shares,
)

HELD_OUT = ROOT / "tests" / "held_out" / "first.jsonl"
BESIDE = ROOT.parent / "shared" / "eval"
NAMES = ("hard_dev.jsonl", "real_dev.jsonl", "multi_dev.jsonl")


def main(arguments: list[str]) -> int:
    """Prints the figures of each file; exit code 2 where a file cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--list", action="store_true", help="print every message that was not right")
    parser.add_argument("--safety", action="store_true", help="count rows that want a safety card too")
    asked = parser.parse_args(arguments)
    files = asked.files or [HELD_OUT, *[BESIDE / name for name in NAMES if (BESIDE / name).is_file()]]
    try:
        cases = {path: [case for case in read_cases(path) if asked.safety or not set(case.accept) <= SAFETY]
                 for path in files}
    except (OSError, UnknownCase) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    with running_system() as system:
        for path, listed in cases.items():
            _print(path.name, listed, [judge(case, Visitor(system.chat).say(case.text)) for case in listed], asked.list)
    return 0


def _print(name: str, cases: list[Case], verdicts: list[Verdict], every: bool) -> None:
    print(f"\n{name}: {len(cases)} messages")
    for title, figures in (("the assistant", shares(verdicts)), ("always not covered", always_not_covered(cases))):
        print(f"  {title:20}" + "  ".join(f"{key} {value:6.1%}" for key, value in figures.items()))
    silent = sum(not verdict.outcomes for verdict in verdicts)
    print(f"  replies without an outcome: {silent}")
    subjects = [verdict for verdict in verdicts if verdict.case.subject and "not_covered" in verdict.outcomes]
    if subjects:
        right = sum(verdict.subject == verdict.case.subject for verdict in subjects)
        print(f"  subject of not_covered right: {right / len(subjects):.1%} of {len(subjects)}")
    for (wanted, got), count in confusions(verdicts):
        print(f"  {count:4}  {wanted}  ->  {got}")
    if every:
        for verdict in verdicts:
            if verdict.verdict != "right":
                print(f"  {verdict.verdict:9} {verdict.case.accept} -> {verdict.outcomes}: {verdict.case.text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
