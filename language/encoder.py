"""The sentence encoder: all-MiniLM-L6-v2 as one int8 ONNX file, mean-pooled and normalised inside.

The same file on another onnxruntime gives other numbers (cosine down to .987 between 1.23.2 and 1.32.0), so whoever
stores vectors stores `fingerprint()` beside them and refuses another one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime

from language.wordpiece import WordPiece

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "encoder"
DIMENSIONS = 384
_POSITIONS = 510
_OVERLAP = 64
_RECENT = 32
"""So many results are kept: a message is read again in the light of the turn before, in five ways and more."""


class EncoderMissing(FileNotFoundError):
    """The encoder's files are not there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the sentence encoder is not built. Run `make encoder`, then try again.")


class Encoder:
    """Text in, one vector of `DIMENSIONS` float32 with length 1 out.

    One thread and one text at a time: the scales of int8 activations depend on the batch, so training and serving
    must both use batches of one. A text of more than 510 pieces is read in overlapping windows whose mean counts.
    """

    def __init__(self, folder: Path = FOLDER, beside: Sequence[str] = ()) -> None:
        """Reads the folder. Raises `EncoderMissing` where one of its files is not there, those of `beside` included."""
        self._file = folder / "encoder.onnx"
        vocabulary = folder / "vocab.txt"
        for path in (self._file, vocabulary, *(folder / name for name in beside)):
            if not path.is_file():
                raise EncoderMissing(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(self._file), options, providers=["CPUExecutionProvider"]
        )
        self.tokens = WordPiece(vocabulary)
        self._recent = lru_cache(maxsize=_RECENT)(self._run)

    def encode(self, text: str) -> np.ndarray:
        """The vector of one text. Never raises on length; an empty text has a vector too."""
        vectors = self.outputs(text)
        if len(vectors) == 1:
            return vectors[0]
        mean = np.mean(vectors, axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def outputs(self, text: str) -> list[np.ndarray]:
        """What the file gives for each window of the text: its vector, or those of its pieces (pieces x dimensions)."""
        ids = self.tokens.ids(text)
        windows = [ids] if len(ids) <= _POSITIONS else [
            ids[start:start + _POSITIONS] for start in range(0, len(ids) - _OVERLAP, _POSITIONS - _OVERLAP)
        ]
        return [self._recent(tuple(window)) for window in windows]

    def fingerprint(self) -> dict[str, str]:
        """What the numbers depend on: the file's SHA-256 and the runtime's version."""
        return {"sha256": _sha256(self._file, os.stat(self._file).st_mtime_ns),
                "onnxruntime": str(onnxruntime.__version__)}

    def _run(self, ids: tuple[int, ...]) -> np.ndarray:
        row = np.array([[self.tokens.cls, *ids, self.tokens.sep]], dtype=np.int64)
        found = np.asarray(self._session.run(None, {"input_ids": row})[0][0], dtype=np.float32)
        found.flags.writeable = False
        return found


@lru_cache(maxsize=4)
def _sha256(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def shared() -> Encoder:
    """The process's one encoder, made at the first call (it takes 48 MB)."""
    return Encoder()
