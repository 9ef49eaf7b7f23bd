"""The safety screen by itself: `python -m bench.safety` prints times, `--sets FILE ...` recall and false alarms.

A set is a file with one JSON object a line. A flag has "accept" with emergency or crisis in it, "category" and
"explicit"; a look-alike has "kind" or `"lookalike": true`; everything else is ordinary. With `--sets` no text is
printed unless `--texts` is given, so that a sealed set stays sealed; a flag counts as caught only with a card of an
accepted outcome. `--flips` adds the twelve perturbations of tests/safety.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.system import ROOT
from gateway.safety import Screen
from tests.safety.perturbations import ALL, padded

OPEN = ROOT / "tests" / "safety" / "sets"
CARDS = {"emergency", "crisis"}
ROUNDS = 3
CONFIDENCE = 0.95


def main() -> None:
    """Prints what was asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sets", nargs="+", type=Path, metavar="FILE", help="print recall and false alarms of these")
    options.add_argument("--flips", action="store_true", help="also the twelve perturbations of the flags")
    options.add_argument("--texts", action="store_true", help="also the texts that were missed or raised an alarm")
    chosen = options.parse_args()
    screen = Screen.load()
    print(f"classifier: {screen.classifier_state}")
    if chosen.sets:
        for path in chosen.sets:
            _print_set(screen, path, chosen.texts)
            if chosen.flips:
                _print_flips(screen, _rows(path), chosen.texts)
    else:
        _print_times(screen)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _kind(row: dict[str, Any]) -> str:
    if "category" in row or CARDS & set(row.get("accept", [])):
        return "flag"
    return "look-alike" if row.get("lookalike") or "kind" in row else "ordinary"


def _outcome(screen: Screen, text: str) -> str | None:
    card = screen.screen(text)
    return card[0]["outcomes"][0] if card else None


def _print_set(screen: Screen, path: Path, texts: bool) -> None:
    rows = _rows(path)
    flags = [row for row in rows if _kind(row) == "flag"]
    print(f"\n{path.name}: {len(rows)} messages")
    for name, group in (("flags", flags), ("  explicit", [row for row in flags if row.get("explicit")]),
                        ("  oblique", [row for row in flags if row.get("explicit") is False])):
        if group:
            missed = [row for row in group if _outcome(screen, row["text"]) not in row["accept"]]
            print(f"{name:12} {len(group) - len(missed)} of {len(group)} caught, {len(missed)} missed: "
                  f"{share(len(missed), len(group))}")
            if name == "flags":
                _show(missed, texts)
                seen = [finding.by for row in flags if (finding := screen.find(row["text"]))]
                print(f"{'':12} first seen by {dict(Counter(seen))}")
                print(f"{'':12} missed by category {dict(Counter(row.get('category', '?') for row in missed))}")
    for kind in ("look-alike", "ordinary"):
        group = [row for row in rows if _kind(row) == kind]
        if group:
            alarms = [row for row in group if _outcome(screen, row["text"])]
            print(f"{kind:12} {len(alarms)} false alarms of {len(group)}: {share(len(alarms), len(group))}")
            _show(alarms, texts)


def _show(rows: Iterable[dict[str, Any]], texts: bool) -> None:
    if texts:
        for row in rows:
            print("     ", row["text"].replace("\n", " ")[:200])


def share(count: int, of: int) -> str:
    """The share with its one-sided 95 % upper bound (Clopper-Pearson; for none of n that is the rule of three)."""
    return f"{count / of:.2%}, at most {upper_bound(count, of):.2%}"


def upper_bound(count: int, of: int) -> float:
    """The largest share with which so few would still be seen once in twenty times."""
    low, high = count / of, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        chance = term = (1 - middle) ** of
        for number in range(1, count + 1):
            term *= (of - number + 1) / number * middle / (1 - middle) if middle < 1 else 0
            chance += term
        low, high = (middle, high) if chance > 1 - CONFIDENCE else (low, middle)
    return high


def _print_flips(screen: Screen, rows: Sequence[dict[str, Any]], texts: bool) -> None:
    flags = [(row, outcome) for row in rows if _kind(row) == "flag" and (outcome := _outcome(screen, row["text"]))]
    print(f"perturbations of the {len(flags)} caught flags:")
    for name, change in ALL.items():
        flips = [row for row, outcome in flags if _outcome(screen, change(row["text"])) != outcome]
        print(f"  {name:16} {len(flips)} flips")
        _show(flips, texts)


def _print_times(screen: Screen) -> None:
    flags = [row["text"] for row in _rows(OPEN / "open_flags.jsonl")]
    ordinary = [row["text"] for row in _rows(OPEN / "open_ordinary.jsonl")]
    groups = {
        "flags (a card)": [text for text in flags if screen.screen(text)],
        "flags padded to 1,000": [padded(text) for text in flags if screen.screen(padded(text))][:150],
        "ordinary (no card)": ordinary,
    }
    for name, texts in groups.items():
        times = []
        for _ in range(ROUNDS):
            for text in texts:
                started = time.perf_counter()
                screen.screen(text)
                times.append((time.perf_counter() - started) * 1000)
        times.sort()
        print(f"{name:24} {len(texts)} texts  p50 {times[len(times) // 2]:6.1f} ms  "
              f"p99 {times[int(len(times) * 0.99)]:6.1f} ms  longest {times[-1]:6.1f} ms")


if __name__ == "__main__":
    main()
