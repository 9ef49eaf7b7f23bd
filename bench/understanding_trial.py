"""What more examples would change on the held-out messages: `.venv-bot/bin/python -m bench.understanding_trial FILE`.

FILE is Rasa NLU YAML, as the console exports it (`-`: standard input). Measured are the trained model and one that
learns the same lines and those of FILE: verdicts, each held-out message that is judged otherwise, and what the new
lines themselves come to. The console starts it with `--json`, and shows what it says while it runs.

The second model is, number for number, what `make train` makes once the lines stand at the end of data/nlu.yml. It
takes a part of the time, because the vector of a line that the trained model has learned is taken from it: the same
text has the same vector from the same encoder file.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bench.understanding import (
    HELD_OUT,
    LATER,
    LINES,
    ROOT,
    RememberingEncoder,
    examples,
    held_out,
    lines_in,
    loaded,
    outcome_label,
    trained,
    unpacked,
    verdicts,
)
from bench.verdicts import MISSED, RIGHT, SAFETY, SUGGESTED, WRONG, Case, UnknownCase, Verdict, read_cases
from bot.nlu.model import VECTORS, ModelMismatch
from bot.nlu.understanding import Understanding
from run import training

FILES = [str(path.relative_to(ROOT)) for path in (HELD_OUT, held_out("fresh"), held_out("third"))]
OTHER_SUBJECT = "right, other subject"
AT_ONCE = 25
LATER_THAN_SERVICE = 10


class Refused(Exception):
    """The trial cannot be made; the text says why, and holds no word of the examples."""


@dataclass(frozen=True)
class Standing:
    """How one message was judged, and what it came to."""

    verdict: str
    came_to: list[str]


class Progress:
    """Says how far the trial is: to a person, or as a line of JSON."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json

    def say(self, step: str, done: int = 0, total: int = 0) -> None:
        """The step; `total` is 0 where nobody knows how long it takes."""
        if self._as_json:
            print(json.dumps({"step": step, "done": done, "total": total}), flush=True)
        elif not done:
            print(f"{step} ...", file=sys.stderr, flush=True)


def trial(new: Sequence[tuple[str, str]], files: Sequence[str], progress: Progress) -> dict[str, Any]:
    """The whole measurement of the new lines. Raises `Refused`."""
    began = time.monotonic()
    held_out = {name: _cases(ROOT / name) for name in files}
    own = [_case(text, label) for text, label in new]
    every = [*own, *(case for cases in held_out.values() for case in cases)]
    progress.say("loading")
    now, shared = in_service()
    before = _standings(now, every, progress, "measuring the model as it is")
    del now  # two models at a time take 300 MB more
    progress.say("training")
    after = _standings(trained([*lines_in_service(), *new], shared), every, progress, "measuring with the examples")
    return {
        "files": [_figures(name, held_out[name], before, after) for name in files],
        "changed": list(_changed(held_out, before, after)),
        "examples": [{"before": asdict(before[case]), "after": asdict(after[case])} for case in own],
        "seconds": round(time.monotonic() - began),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def lines_in_service() -> list[tuple[str, str]]:
    """All training lines in the order in which Rasa reads the files: another order gives slightly other numbers, and
    one message in 1,528 was judged otherwise by that alone. Lines that are added to data/nlu.yml come last."""
    return examples(*LATER, LINES)


def _cases(path: Path) -> list[Case]:
    try:
        # Whoever is in danger gets a card before the classifier is asked.
        return [case for case in read_cases(path) if not set(case.accept) & SAFETY]
    except OSError as wrong:
        raise Refused(f"{path.name} cannot be read ({wrong.strerror}).") from None
    except UnknownCase as wrong:
        raise Refused(str(wrong).removeprefix(f"{ROOT}/")) from None


def _case(text: str, label: str) -> Case:
    group, _, name = label.partition("/")
    return Case(text, (outcome_label(label),), (), name if group == "not_covered" else None)


def in_service() -> tuple[Understanding, RememberingEncoder]:
    """The model as it is, and an encoder that knows every text that it learned."""
    archive = training.model()
    if archive is None:
        raise Refused("What the bot learns from has changed since its model was trained. Start the system again "
                      "(`make run` trains it), then try.")
    try:
        with unpacked(archive) as folder:
            texts = json.loads((folder / "model.json").read_text(encoding="utf-8"))["examples"]
            with np.load(folder / VECTORS, allow_pickle=False) as arrays:
                shared = RememberingEncoder(dict(zip(texts, arrays["vectors"])))
            return loaded(folder, shared), shared
    except ModelMismatch as wrong:
        raise Refused(str(wrong)) from None


def _standings(understanding: Understanding, cases: Sequence[Case], progress: Progress,
               step: str) -> dict[Case, Standing]:
    found = {}
    for place in range(0, len(cases), AT_ONCE):
        progress.say(step, place, len(cases))
        for verdict in verdicts(understanding, cases[place:place + AT_ONCE]):
            found[verdict.case] = _standing(verdict)
    return found


def _standing(verdict: Verdict) -> Standing:
    came_to = [f"{label}/{verdict.subject}" if label == "not_covered" and verdict.subject else label
               for label in verdict.outcomes]
    other = verdict.case.subject and "not_covered" in verdict.outcomes and verdict.subject != verdict.case.subject
    return Standing(OTHER_SUBJECT if verdict.verdict == RIGHT and other else verdict.verdict, came_to)


def _figures(name: str, cases: Sequence[Case], before: Mapping[Case, Standing],
             after: Mapping[Case, Standing]) -> dict[str, Any]:
    return {"name": name, "messages": len(cases), "before": _counted(before[case] for case in cases),
            "after": _counted(after[case] for case in cases)}


def _counted(standings: Iterator[Standing]) -> dict[str, int]:
    counts = Counter(standing.verdict for standing in standings)
    return {RIGHT: counts[RIGHT] + counts[OTHER_SUBJECT], SUGGESTED: counts[SUGGESTED], WRONG: counts[WRONG],
            MISSED: counts[MISSED], "other_subject": counts[OTHER_SUBJECT]}


def _changed(held_out: Mapping[str, Sequence[Case]], before: Mapping[Case, Standing],
             after: Mapping[Case, Standing]) -> Iterator[dict[str, Any]]:
    for name, cases in held_out.items():
        for case in cases:
            if before[case].verdict != after[case].verdict:
                yield {"file": name, "text": case.text, "accept": [*dict.fromkeys((*case.accept, *case.must_all))],
                       "subject": case.subject, "before": asdict(before[case]), "after": asdict(after[case])}


def _print(result: Mapping[str, Any], new: Sequence[tuple[str, str]]) -> None:
    for file in result["files"]:
        print(f"\n{file['name']}: {file['messages']} messages")
        for verdict in (RIGHT, SUGGESTED, WRONG, MISSED):
            print(f"  {verdict:10} {file['before'][verdict]:5} -> {file['after'][verdict]:5}")
        print(f"  of the right ones with another subject {file['before']['other_subject']}"
              f" -> {file['after']['other_subject']}")
    print(f"\n{len(result['changed'])} messages are judged otherwise")
    for one in result["changed"]:
        print(f"  {one['before']['verdict']} -> {one['after']['verdict']}: {one['text']}")
    print("\nthe examples themselves")
    for (text, label), one in zip(new, result["examples"]):
        print(f"  {one['before']['verdict']} -> {one['after']['verdict']} ({label}): {text}")
    print(f"\n{result['seconds']} s, {result['megabytes']} MB at most")


def _end_with(parent: int) -> None:
    """Ends this process once the one that started it is gone: nobody would hear the result."""
    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main(arguments: Sequence[str]) -> int:
    """Prints the trial's outcome; exit code 2 where it cannot be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", help="Rasa NLU YAML; - is standard input")
    parser.add_argument("--held-out", nargs="+", default=FILES, metavar="FILE", help="instead of the first three")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: progress, then the result")
    asked = parser.parse_args(arguments)
    if asked.json:
        _end_with(os.getppid())
    os.nice(LATER_THAN_SERVICE)  # it runs beside the bot that answers patients
    try:
        text = sys.stdin.read() if asked.file == "-" else Path(asked.file).read_text(encoding="utf-8")
        new = _read(text)
        result = trial(new, asked.held_out, Progress(asked.json))
    except (Refused, OSError) as wrong:
        print(json.dumps({"refused": str(wrong)}) if asked.json else wrong, flush=True)
        return 2
    if asked.json:
        print(json.dumps({"result": result}), flush=True)
    else:
        _print(result, new)
    return 0


def _read(text: str) -> list[tuple[str, str]]:
    try:
        new = lines_in(text)
    except (yaml.YAMLError, AttributeError, KeyError, TypeError):
        raise Refused("The examples are no Rasa NLU YAML.") from None  # the parser's own words would quote them
    if not new:
        raise Refused("There is no example in the file.")
    return new


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
