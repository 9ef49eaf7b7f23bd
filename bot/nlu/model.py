"""The classifier: sentence vector beside TF-IDF into a linear SVM, and the nearest example of each class.

Measured against DIET and others on public bots in docs/understanding.md. Trained, saved and loaded without pickle:
arrays as npz, words as JSON, and the encoder's fingerprint, without which the numbers mean nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.nlu.nearest import Nearest
from bot.nlu.ngrams import SIZES, Ngrams
from language.encoder import DIMENSIONS, Encoder

SHARPNESS = 4.0
TFIDF_WEIGHT = 0.7
KEPT = np.float16
"""How the weights are kept: 33 MB less than in 32 bits."""
WORD = r"(?u)\b\w+\b"
"""What counts as a word. A pair of words that only one example has is not counted: there were 140,000 of them, for 40
MB."""
VECTORS = "vectors.npz"
"""The examples' vectors in full, for trials that train again; a bot that answers does not read them."""
LIKELY = 0.003
"""Beside the likeliest label; the examples of the others count for nothing."""


class ModelMismatch(RuntimeError):
    """The model was trained with another encoder file or runtime than the one that is here."""

    def __init__(self, trained: dict[str, str], here: dict[str, str]) -> None:
        different = [f"{key}: trained with {trained.get(key)}, here {here[key]}" for key in here
                     if trained.get(key) != here[key]]
        super().__init__(f"The model does not fit the sentence encoder ({'; '.join(different)}). "
                         "Run `make train`: it rebuilds the encoder and trains again.")


@dataclass(frozen=True)
class Reading:
    """What the classifier makes of one text: for each label (in `labels` order) a probability and the cosine to its
    nearest training example, 0 where the probability is next to nothing, or where nothing was compared."""

    labels: Sequence[str]
    probability: np.ndarray
    nearest: np.ndarray
    vector: np.ndarray


class Model:
    """Scores a text against every label. `words` is what TF-IDF counts: the repaired text with entity marks."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.labels: list[str] = []

    def train(self, texts: Sequence[str], words: Sequence[str], labels: Sequence[str]) -> None:
        """Learns from texts (what is encoded), their word forms and labels, all of one length."""
        self.labels = sorted(set(labels))
        index = {label: number for number, label in enumerate(self.labels)}
        self._classes = np.array([index[label] for label in labels])
        vectors = np.stack(self._encoded(texts))
        word, char = _vectorisers(words)
        counted = sparse.hstack([word.fit_transform(words), char.fit_transform(words)])
        self._word, self._char = ({term: int(place) for term, place in each.vocabulary_.items()}
                                  for each in (word, char))
        self._word_idf, self._char_idf = word.idf_, char.idf_
        features = sparse.hstack([sparse.csr_matrix(vectors), counted * (TFIDF_WEIGHT / np.sqrt(2))]).tocsr()
        svm = LinearSVC(C=1.0, random_state=0, tol=1e-2, max_iter=5000)
        svm.fit(features, self._classes)
        coefficients, intercept = svm.coef_, svm.intercept_
        if len(self.labels) == 2:
            coefficients, intercept = np.vstack([-coefficients, coefficients]), np.concatenate([-intercept, intercept])
        by_class = np.argsort(self._classes, kind="stable")
        self._classes = self._classes[by_class]
        self._vectors = vectors[by_class]
        self._nearest = Nearest.of(self._vectors)
        self._examples = [texts[place] for place in by_class]
        self._learned = self._labels_of_examples()
        self._intercept = intercept.astype(np.float32)
        self._prepare(coefficients.astype(KEPT))

    def read(self, text: str, words: str) -> Reading:
        """The probabilities of one text, and the nearest cosines of the labels that are likely at all."""
        return self.read_all([text], [words])[0]

    def read_all(self, texts: Sequence[str], words: Sequence[str]) -> list[Reading]:
        """The same of several texts, in less time: they are encoded two at a time, and the examples are gone through
        once for all of them."""
        return self.compared([self._plain(vector, counted) for vector, counted in zip(self._encoded(texts), words)])

    def plain(self, text: str, words: str) -> Reading:
        """The probabilities alone, in half the time."""
        return self._plain(self._encoder.encode(text), words)

    def compared(self, readings: Sequence[Reading]) -> list[Reading]:
        """What `plain` found, with the nearest cosines."""
        cosines = self._nearest.cosines(np.stack([reading.vector for reading in readings]))
        return [
            replace(reading, nearest=np.where(reading.probability >= LIKELY * reading.probability.max(), of_text, 0))
            for reading, of_text in zip(readings, np.maximum.reduceat(cosines, self._starts, axis=1))
        ]

    def _plain(self, vector: np.ndarray, words: str) -> Reading:
        exponent = self._exponent(vector, words)
        return Reading(self.labels, exponent / exponent.sum(), np.zeros_like(exponent), vector)

    def _encoded(self, texts: Sequence[str]) -> list[np.ndarray]:
        if len(texts) == 1:
            return [self._encoder.encode(texts[0])]
        return list(_two_at_a_time().map(self._encoder.encode, texts))

    def _exponent(self, vector: np.ndarray, words: str) -> np.ndarray:
        places, weights = self._ngrams.of(words)
        margins = (self._dense @ vector + self._intercept
                   + (weights * np.float32(TFIDF_WEIGHT / np.sqrt(2))) @ self._term_rows[places].astype(np.float32))
        return np.exp(SHARPNESS * (margins - margins.max()))

    def learned(self, text: str) -> str | None:
        """The label of the training example that is this text, word for word; None where none is, or two disagree."""
        return self._learned.get(text.casefold())

    def _labels_of_examples(self) -> dict[str, str | None]:
        learned: dict[str, str | None] = {}
        for text, label in zip(self._examples, self._classes):
            name, known = self.labels[label], text.casefold()
            learned[known] = name if learned.get(known, name) == name else None
        return learned

    def nearest_examples(self, text: str, most: int) -> list[tuple[float, str, str]]:
        """The training examples nearest to the text: cosine, label and the example's text."""
        (cosines,) = self._nearest.cosines(self._encoder.encode(text)[None])
        return [(float(cosines[place]), self.labels[self._classes[place]], self._examples[place])
                for place in np.argsort(-cosines)[:most]]

    def save(self, folder: Path) -> None:
        """Writes the model, as it was trained, into the folder."""
        np.savez_compressed(
            folder / "arrays.npz", coefficients=np.hstack([self._dense.astype(KEPT), self._term_rows.T]),
            intercept=self._intercept, classes=self._classes,
            scales=self._nearest.scales, word_idf=self._word_idf, char_idf=self._char_idf,
        )
        self._nearest.save(folder)
        np.savez_compressed(folder / VECTORS, vectors=self._vectors)
        described = {
            "labels": self.labels, "examples": self._examples, "encoder": self._encoder.fingerprint(),
            "word": self._word, "char": self._char,
        }
        (folder / "model.json").write_text(json.dumps(described), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> Model:
        """Reads a saved model. Raises `ModelMismatch` where encoder or runtime differ from training."""
        described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        here = encoder.fingerprint()
        if described["encoder"] != here:
            raise ModelMismatch(described["encoder"], here)
        model = cls(encoder)
        model.labels, model._examples = described["labels"], described["examples"]
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            model._intercept = arrays["intercept"]
            model._classes = arrays["classes"]
            model._nearest = Nearest.load(folder, arrays["scales"])
            model._learned = model._labels_of_examples()
            model._word, model._char = described["word"], described["char"]
            model._word_idf, model._char_idf = arrays["word_idf"], arrays["char_idf"]
            model._prepare(arrays["coefficients"])
        return model

    def _prepare(self, coefficients: np.ndarray) -> None:
        self._dense = np.ascontiguousarray(coefficients[:, :DIMENSIONS].astype(np.float32))
        self._starts = np.searchsorted(self._classes, np.arange(len(self.labels)))
        self._term_rows = np.ascontiguousarray(coefficients[:, DIMENSIONS:].T)
        self._ngrams = Ngrams(self._word, self._char, self._word_idf, self._char_idf)


@lru_cache(maxsize=1)
def _two_at_a_time() -> ThreadPoolExecutor:
    """The encoder lets go of the interpreter while it works."""
    return ThreadPoolExecutor(2, "encode")


def _vectorisers(texts: Sequence[str]) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    counted = CountVectorizer(ngram_range=(1, 2), token_pattern=WORD, binary=True)
    in_texts = np.asarray(counted.fit_transform(texts).sum(axis=0))[0]
    terms = [term for term, place in counted.vocabulary_.items() if " " not in term or in_texts[place] > 1]
    return (
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD, vocabulary=sorted(terms)),
        TfidfVectorizer(analyzer="char_wb", ngram_range=SIZES, sublinear_tf=True, min_df=2),
    )
