"""Tunes the labeller of danger: `.venv-bot/bin/python -m gateway.safety.tune` (three quarters of an hour on a core).

It learns every line of `gateway.safety.corpus`, and messages put together from them: a danger inside something harmless
is as dangerous, and several harmless things are harmless. The result, `labeller.npz`, is in the repository, so that
nobody needs this to run the product. `--without WRITER` leaves a writer out and builds the labeller of that trial under
`build/safety/trial`, for `gateway.safety.train --measure WRITER`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gateway.safety.classifier import LABELLER, LABELS, SAFE, TRIAL
from gateway.safety.corpus import Line, load_lines
from gateway.safety.disguise import BREAK
from gateway.safety.screen import Screen
from language.tuning import Example, Tuning, joined, pieces_of

EPOCHS = 2
TOLD_SHARE, ORDINARY_SHARE = 0.3, 0.35
"""How much of these is learnt in a turn: ordinary lines outnumber the others, and every step takes its time."""
WRAPPED_SHARE, LONGEST_JOINED = 0.3, 180
"""As many messages as this share of the dangers are put together, dangerous ones and as many harmless ones."""
HOW_MANY, HOW_OFTEN = (1, 2, 3, 5), (0.5, 0.25, 0.15, 0.1)
STORY_SHARE, STORY = 0.3, 60
"""As many again stand in a harmless story of so many pieces and more: a story must neither drown nor make a danger."""
BETWEEN = (".",) * 5 + ("and",) * 4 + ("?",) * 3 + (",",) * 3 + ("!", "...", "also", "plus", "&")


class Lines:
    """What there is to learn, by kind."""

    def __init__(self, lines: Sequence[Line]) -> None:
        screen = Screen.load(head=Path("/nonexistent"))
        self.labels = tuple(sorted({line.category for line in lines} - {SAFE}))
        places = {label: place for place, label in enumerate(self.labels)}
        self._of: dict[str, list[Example]] = {"flags": [], "told": [], "lookalikes": [], "ordinary": []}
        for line in lines:
            answers = () if line.category == SAFE else (places[line.category],)
            self._of[line.kind].append(Example(pieces_of(screen.readings(line.text)[-1]), answers))
        self._between = [pieces_of(word) for word in BETWEEN]
        self._break = pieces_of(BREAK)
        self._stories = [one for one in self._of["lookalikes"] if STORY <= len(one.pieces) <= LONGEST_JOINED]

    def epoch(self, dice: np.random.RandomState) -> list[Example]:
        """Every danger and look-alike, some of the others, and what is put together, other ones each time."""
        wrapped = int(WRAPPED_SHARE * len(self._of["flags"]))
        return [
            *self._of["flags"], *self._of["lookalikes"],
            *self._some("told", TOLD_SHARE, dice), *self._some("ordinary", ORDINARY_SHARE, dice),
            *(self._wrapped("flags", 0.65, dice) for _ in range(wrapped)),
            *(self._wrapped("lookalikes", 0.5, dice) for _ in range(wrapped)),
            *(self._in_a_story(kind, dice) for kind in ("flags", "lookalikes")
              for _ in range(int(STORY_SHARE * len(self._of["flags"])))),
        ]

    def _some(self, kind: str, share: float, dice: np.random.RandomState) -> list[Example]:
        chosen = np.flatnonzero(dice.rand(len(self._of[kind])) < share)
        return [self._of[kind][place] for place in chosen]

    def _in_a_story(self, kind: str, dice: np.random.RandomState) -> Example:
        """One of the kind, short itself, between two sentences of a harmless story."""
        story = self._stories[dice.randint(len(self._stories))].pieces
        told = self._of[kind][dice.randint(len(self._of[kind]))]
        while len(told.pieces) >= STORY:
            told = self._of[kind][dice.randint(len(self._of[kind]))]
        ends = [place + 1 for place, piece in enumerate(story) if piece in self._break] or [len(story) // 2]
        place = ends[dice.randint(len(ends))]
        return Example((*story[:place], *told.pieces, *self._break, *story[place:]), told.answers)

    def _wrapped(self, kind: str, ordinary: float, dice: np.random.RandomState) -> Example:
        """One of the kind among harmless ones."""
        while True:
            chosen = [self._one(kind, dice)]
            for _ in range(dice.choice(HOW_MANY, p=HOW_OFTEN)):
                chosen.append(self._one("ordinary" if dice.rand() < ordinary else "lookalikes", dice))
            message = joined([chosen[place] for place in dice.permutation(len(chosen))], dice, self._between)
            if len(message.pieces) <= LONGEST_JOINED:
                return message

    def _one(self, kind: str, dice: np.random.RandomState) -> Example:
        return self._of[kind][dice.randint(len(self._of[kind]))]


def main() -> None:
    """Tunes and writes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--without", metavar="WRITER", help="leave this writer out, for measuring")
    writer = options.parse_args().without
    lines = Lines([line for line in load_lines() if line.writer != writer])
    tuning = Tuning(lines.labels)
    tuning.learn(lines.epoch, EPOCHS)
    folder = TRIAL / LABELLER.name if writer else LABELLER
    adapter = folder / LABELS.name if writer else LABELS
    print(tuning.leave(adapter, folder))


if __name__ == "__main__":
    main()
