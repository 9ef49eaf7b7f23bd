"""Finds in a text what it says: a score for each of a set of labels, several of which may hold at once.

The sentence encoder with an adapter of its own (`language.tuning` makes it, `language.build_encoder` adds it) gives a
vector for each piece of the text; each label has a softmax over them, which says where to look, and a weight vector,
which says what is found there.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from language.encoder import Encoder

HEAD = "labels.npz"


class Labeller:
    """`labels` in the order of the scores."""

    def __init__(self, folder: Path) -> None:
        """Reads what `language.build_encoder` left. Raises `EncoderMissing` where it is not there."""
        self._encoder = Encoder(folder, (HEAD,))
        with np.load(folder / HEAD, allow_pickle=False) as arrays:
            self.labels = tuple(str(label) for label in arrays["labels"])
            self._where, self._what = arrays["where"].astype(np.float32), arrays["what"].astype(np.float32)
            self._bias = arrays["bias"]

    def read(self, text: str) -> np.ndarray:
        """The log-odds of each label; of a text longer than the encoder's window, the highest of all windows."""
        return np.max([self._score(states) for states in self._encoder.outputs(text)], axis=0)

    def fingerprint(self) -> dict[str, str]:
        """As that of the encoder."""
        return self._encoder.fingerprint()

    def _score(self, states: np.ndarray) -> np.ndarray:
        looked = states @ self._where
        looked = np.exp(looked - looked.max(axis=0))
        return np.asarray((looked / looked.sum(axis=0) * (states @ self._what)).sum(axis=0) + self._bias)
