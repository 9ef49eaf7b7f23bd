"""Makes `words.txt`, the ordinary words that no spelling repair may touch: `python -m gateway.safety.words`.

Whole words of the sentence encoder's vocabulary (BERT uncased, Apache-2.0), which stand in order of frequency, then
the words of our own lexicons and of the bot's training lines. Run it again when a lexicon has grown.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from language.encoder import FOLDER, ROOT

TARGET = Path(__file__).parent / "words.txt"
LEXICONS = ("opioids.csv", "conditions.csv", "medicines.csv")
LONGEST_SHORT = {1: 0, 2: 1_600, 3: 5_500, 4: 14_000}
TWO_LETTERS = "am an as at be by do go he hi if in is it me mg ml my no of oh ok on or so to up us we dr er ms tv yo"
OFTEN_ENOUGH = 3


def ordinary_words() -> list[str]:
    """The words, most frequent first, each once."""
    vocabulary = (FOLDER / "vocab.txt").read_text(encoding="utf-8").splitlines()
    pieces = [piece for piece in vocabulary if re.fullmatch("[a-z]+", piece)]
    general = [word for rank, word in enumerate(pieces)
               if (word in TWO_LETTERS.split() if len(word) == 2 else rank < LONGEST_SHORT.get(len(word), len(pieces)))]
    lexicon = [word for name in LEXICONS
               for word in re.findall("[a-z]{4,}", (ROOT / "knowledge" / name).read_text(encoding="utf-8").lower())]
    typed = Counter(re.findall("[a-z]{3,}", (ROOT / "data" / "nlu.yml").read_text(encoding="utf-8").lower()))
    often = [word for word, count in typed.most_common() if count >= OFTEN_ENOUGH]
    return list(dict.fromkeys(["a", "i", *general, *often, *lexicon]))


if __name__ == "__main__":
    found = ordinary_words()
    TARGET.write_text("\n".join(found) + "\n", encoding="utf-8")
    print(f"{TARGET}: {len(found)} words")
