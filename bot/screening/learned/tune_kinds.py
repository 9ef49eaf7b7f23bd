"""Tunes the labeller of what is said to the form: `.venv-bot/bin/python -m bot.screening.learned.tune_kinds`.

It learns every message of data/form after its question, what is no answer after another one as well, and every answer
of data/screening, each medicine under one typical name, as the sentence's vector sees it. The result,
`kinds_labeller.npz`, is in the repository, so that nobody needs this (half an hour on a core) to run the product.
`--without WRITER` (several times, if need be) leaves a writer's files out and builds the labeller of that trial under
`build/screening/kinds_trial`: the fair way to see how a stranger's messages are heard.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from bot.screening.answers import OPIOIDS, ORDER, but_capitals, hear
from bot.screening.learned.kinds import ANSWER, BESIDES
from bot.screening.learned.labelled import ADAPTER, LABELLER, UNCLEAR, put
from bot.screening.learned.reader import ASK, FOLDER
from bot.screening.learned.train import load_answers
from bot.screening.learned.train_kinds import LINES, labelled_lines
from language.encoder import shared
from language.tuning import Example, Tuning, pieces_of

EPOCHS = 4
TRIAL = FOLDER / "kinds_trial"

Line = tuple[str, str, tuple[str, ...]]
"""The question's slot, the text, the labels."""


def lines(without: Sequence[str] = ()) -> list[Line]:
    """What there is to learn. An answer to the opioid question is an answer, and one of a value."""
    form = [line for path in sorted(LINES.glob("*.jsonl")) if path.stem not in without for line in labelled_lines(path)]
    answers = [(OPIOIDS, answer.text, (ANSWER, UNCLEAR if answer.value == ASK else answer.value))
               for answer in load_answers(shared()) if answer.writer not in without]
    return list(dict.fromkeys([*form, *answers]))


class Lines:
    """The examples of every epoch."""

    def __init__(self, written: Sequence[Line]) -> None:
        self.labels = tuple(sorted({label for _, _, labels in written for label in labels}))
        self._heard = {text: but_capitals(hear(text).text) for _, text, _ in written}
        self._all = [self._example(*line) for line in written]
        self._anywhere = [line for line in written if line[2][0] in BESIDES]

    def epoch(self, dice: np.random.RandomState) -> list[Example]:
        """Every line, and what is no answer once more after a question that it was not written for."""
        elsewhere = []
        for slot, text, labels in self._anywhere:
            others = [other for other in ORDER if other != slot]
            elsewhere.append(self._example(others[dice.randint(len(others))], text, labels))
        return [*self._all, *elsewhere]

    def _example(self, slot: str, text: str, labels: tuple[str, ...]) -> Example:
        return Example(pieces_of(put(slot, self._heard[text])), tuple(self.labels.index(label) for label in labels))


def main() -> None:
    """Tunes and writes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--without", action="append", default=[], metavar="WRITER", help="leave this writer out")
    without = options.parse_args().without
    learned = Lines(lines(without))
    tuning = Tuning(learned.labels)
    tuning.learn(learned.epoch, EPOCHS)
    folder = TRIAL if without else LABELLER
    adapter = folder / ADAPTER.name if without else ADAPTER
    print(tuning.leave(adapter, folder))


if __name__ == "__main__":
    main()
