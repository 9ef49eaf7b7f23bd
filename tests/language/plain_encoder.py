"""The encoder once more in plain NumPy, float32, straight from the published weights: the reference of the tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf

LAYERS, HEADS = 6, 12


class PlainEncoder:
    """all-MiniLM-L6-v2 as its paper and model card describe it: BERT, mean pooling, unit length."""

    def __init__(self, weights: Path) -> None:
        self._weights = load_file(weights)

    def encode(self, ids: list[int]) -> np.ndarray:
        """The sentence vector of the ids, start and end marks included."""
        w = self._weights
        hidden = (w["embeddings.word_embeddings.weight"][ids] + w["embeddings.token_type_embeddings.weight"][0]
                  + w["embeddings.position_embeddings.weight"][: len(ids)])
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}"
            query, key, value = (self._heads(self._dense(hidden, f"{layer}.attention.self.{part}"))
                                 for part in ("query", "key", "value"))
            scores = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1])
            scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
            scores /= scores.sum(axis=-1, keepdims=True)
            attended = (scores @ value).transpose(1, 0, 2).reshape(len(ids), -1)
            middle = self._norm(self._dense(attended, f"{layer}.attention.output.dense") + hidden,
                                f"{layer}.attention.output.LayerNorm")
            wide = self._dense(middle, f"{layer}.intermediate.dense")
            bent = wide * 0.5 * (1 + erf(wide / np.sqrt(2)))
            hidden = self._norm(self._dense(bent, f"{layer}.output.dense") + middle, f"{layer}.output.LayerNorm")
        mean = hidden.mean(axis=0)
        return mean / np.linalg.norm(mean)

    def _dense(self, value: np.ndarray, name: str) -> np.ndarray:
        return value @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, value: np.ndarray, name: str) -> np.ndarray:
        centred = value - value.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]

    @staticmethod
    def _heads(value: np.ndarray) -> np.ndarray:
        return value.reshape(len(value), HEADS, -1).transpose(1, 0, 2)
