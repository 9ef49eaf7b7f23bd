"""Tunes the labeller of whole messages: `.venv-bot/bin/python -m bot.nlu.tune` (three quarters of an hour on a core).

It learns every training line (data/nlu.yml, data/later/), the messages with several questions (data/several.tsv), and
lines put together at random as people run their questions together. The result, `labeller.npz`, is in the repository,
so that nobody needs this to run the product. Before new lines are learned they are read for the fit of the trees
(`bench.understanding_fit`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml

from bot.nlu import lexicon
from bot.nlu.labelled import ADAPTER, FOLDER
from bot.nlu.words import Preparer, make_speller, vocabulary
from language.encoder import ROOT, shared
from language.tuning import Example, Tuning, joined, pieces_of

LINES, LATER = ROOT / "data" / "nlu.yml", sorted((ROOT / "data" / "later").glob("*.yml"))
SEVERAL = ROOT / "data" / "several.tsv"
EPOCHS = 2
SEVERAL_TIMES, JOINED_SHARE, LONGEST_JOINED = 2, 0.55, 110
HOW_MANY, HOW_OFTEN = (2, 3, 4), (0.62, 0.28, 0.10)
FILLED = 0.25
"""So many of the messages that are put together have small talk or something foreign in one place."""
BETWEEN = ("?",) * 5 + ("and",) * 6 + (".",) * 4 + (",",) * 3 + ("also", "&", "or", "!", "plus", "...")
NO_QUESTION = ("smalltalk", "out_of_scope")


class Lines:
    """What there is to learn."""

    def __init__(self) -> None:
        preparer = _preparer()
        single = [(text, (label,)) for path in (LINES, *LATER) for text, label in _written_in(path)]
        self.labels = tuple(sorted({label for _, (label,) in single}))
        places = {label: place for place, label in enumerate(self.labels)}

        def example(text: str, labels: Sequence[str]) -> Example:
            return Example(pieces_of(preparer.prepare(text).text), tuple(places[label] for label in labels))

        self._single = [example(*row) for row in single]
        self._several = [example(*row) for row in _several()]
        self._asking = [one for one in self._single if self._asks(one)]
        self._other = [one for one in self._single if not self._asks(one)]
        self._between = [pieces_of(word) for word in BETWEEN]

    def epoch(self, dice: np.random.RandomState) -> list[Example]:
        """Every line, and as many put together as `JOINED_SHARE` says, other ones each time."""
        put_together: list[Example] = []
        while len(put_together) < JOINED_SHARE * len(self._single):
            message = self._put_together(dice)
            if len(message.pieces) <= LONGEST_JOINED:
                put_together.append(message)
        return [*self._single, *self._several * SEVERAL_TIMES, *put_together]

    def _put_together(self, dice: np.random.RandomState) -> Example:
        chosen = [self._asking[dice.randint(len(self._asking))] for _ in range(dice.choice(HOW_MANY, p=HOW_OFTEN))]
        if dice.rand() < FILLED:
            filler = self._other[dice.randint(len(self._other))]
            chosen[dice.randint(len(chosen))] = Example(filler.pieces, ())
        return joined(chosen, dice, self._between)

    def _asks(self, example: Example) -> bool:
        return not self.labels[example.answers[0]].startswith(NO_QUESTION)


def _preparer() -> Preparer:
    """The preparer that `rasa train` makes, which has seen all lines."""
    texts, terms = [text for path in (LINES, *LATER) for text, _ in _written_in(path)], lexicon.load()
    return Preparer(terms, make_speller(vocabulary(texts, terms), shared().tokens))


def _written_in(path: Path) -> Iterator[tuple[str, str]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for entry in yaml.load(path.read_text(encoding="utf-8"), loader)["nlu"]:
        for line in entry["examples"].splitlines():
            if line.strip():
                yield line.removeprefix("- ").strip(), str(entry["intent"])


def _several() -> Iterator[tuple[str, list[str]]]:
    for line in SEVERAL.read_text(encoding="utf-8").splitlines():
        labels, _, text = line.partition("\t")
        yield text, labels.split(",")


def main() -> None:
    """Tunes and writes."""
    lines = Lines()
    tuning = Tuning(lines.labels)
    tuning.learn(lines.epoch, EPOCHS)
    print(tuning.leave(ADAPTER, FOLDER))


if __name__ == "__main__":
    main()
