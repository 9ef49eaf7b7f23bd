"""Tunes the labeller of answers to the opioid question: `.venv-bot/bin/python -m bot.screening.learned.tune`.

It learns every answer of data/screening, each medicine under one typical name, as the sentence's vector sees it. The
result, `labeller.npz`, is in the repository, so that nobody needs this (eight minutes on a core) to run the product.
`--without WRITER` (several times, if need be) leaves a writer out and builds the labeller of that trial under
`build/screening/trial`: the fair way to see how a stranger's answers are heard.
"""

from __future__ import annotations

import argparse

from bot.screening.answers import but_capitals, hear
from bot.screening.learned import marks
from bot.screening.learned.reader import ADAPTER, FOLDER, LABELLER, VALUES
from bot.screening.learned.train import Answer, load_answers
from language.encoder import shared
from language.tuning import Example, Tuning, pieces_of

EPOCHS = 4
TRIAL = FOLDER / "trial"


def example(answer: Answer) -> Example:
    """An answer as the labeller learns it."""
    return Example(pieces_of(marks.typical(but_capitals(hear(answer.text).text))), (VALUES.index(answer.value),))


def main() -> None:
    """Tunes and writes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--without", action="append", default=[], metavar="WRITER", help="leave this writer out")
    without = options.parse_args().without
    examples = [example(answer) for answer in load_answers(shared()) if answer.writer not in without]
    tuning = Tuning(VALUES)
    tuning.learn(lambda dice: examples, EPOCHS)
    folder = TRIAL if without else LABELLER
    adapter = folder / ADAPTER.name if without else ADAPTER
    print(tuning.leave(adapter, folder))


if __name__ == "__main__":
    main()
