# mypy: disable-error-code="import-untyped,import-not-found,no-untyped-call,untyped-decorator"
"""Tunes the sentence encoder to find what a text says: one score for each label, several of which may hold.

It learns a low-rank adapter for each matrix of the encoder (Hu et al. 2021, LoRA) and, for each label, which pieces of
the text to look at (a softmax over them, Mullenbach et al. 2018, CAML) and what is said there. `language.labeller`
reads with the result. TensorFlow comes with Rasa; nobody needs this to run the product, for the results are in the
repository. Products of matrices are taken in bfloat16, in half the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file

from language.build_encoder import EPSILON, HEADS, LAYERS, build
from language.encoder import DIMENSIONS, ROOT, shared

WEIGHTS = ROOT / "build" / "weights"
RANK, BATCH, RATE, WARM_UP, DROPOUT, LONGEST = 24, 32, 1.5e-3, 0.04, 0.1, 200
SURELY, HARDLY = 0.9805, 0.0005
"""What is learnt in place of 1 and 0."""
QUERY, KEY, VALUE = (f"attention.self.{name}" for name in ("query", "key", "value"))
MIX, WIDE, NARROW = "attention.output.dense", "intermediate.dense", "output.dense"
MATRICES = (QUERY, KEY, VALUE, MIX, WIDE, NARROW)


@dataclass(frozen=True)
class Example:
    """A text in the encoder's pieces, and the places of its labels."""

    pieces: tuple[int, ...]
    answers: tuple[int, ...]


def pieces_of(text: str) -> tuple[int, ...]:
    """The encoder's pieces of a text."""
    return tuple(shared().tokens.ids(text))


def joined(examples: Sequence[Example], dice: np.random.RandomState, between: Sequence[tuple[int, ...]]) -> Example:
    """The examples as one message, now and then with a word or a mark between them."""
    pieces: tuple[int, ...] = ()
    for number, example in enumerate(examples):
        bridge = between[dice.randint(len(between))] if number and dice.rand() < 0.75 else ()
        pieces += bridge + example.pieces
    return Example(pieces, tuple(answer for example in examples for answer in example.answers))


class Tuning:
    """The encoder with an adapter, and what looks at its states for each label."""

    def __init__(self, labels: Sequence[str]) -> None:
        fixed = load_file(next(WEIGHTS.rglob("model.safetensors")))
        dice = np.random.RandomState(0)
        self._labels = tuple(labels)
        self._fixed = {name: tf.constant(value) for name, value in fixed.items() if value.dtype == np.float32}
        self._matrices = {name: tf.constant(fixed[f"{name}.weight"].T, tf.bfloat16) for name in _matrices()}
        self._adapters = {}
        for name in _matrices():
            outputs, inputs = fixed[f"{name}.weight"].shape
            self._adapters[name] = (_random(dice, inputs, RANK, 1 / np.sqrt(inputs)),
                                    tf.Variable(np.zeros((RANK, outputs), np.float32)))
        self._where = _random(dice, DIMENSIONS, len(labels), 0.02)
        self._what = _random(dice, DIMENSIONS, len(labels), 0.05)
        self._bias = tf.Variable(np.full(len(labels), -4.0, np.float32))
        self._variables = [*(part for pair in self._adapters.values() for part in pair),
                           self._where, self._what, self._bias]

    def learn(self, epoch: Callable[[np.random.RandomState], list[Example]], epochs: int) -> None:
        """Goes through `epochs` draws of examples, each drawn anew, with a rate that falls to nothing."""
        rate = tf.Variable(0.0)
        optimizer = tf.keras.optimizers.legacy.Adam(rate)
        shapes = (([None, None], tf.int32), ([None, None], tf.float32), ([None, len(self._labels)], tf.float32))

        @tf.function(input_signature=[tf.TensorSpec(*each) for each in shapes], autograph=False)
        def step(ids: tf.Tensor, mask: tf.Tensor, answers: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                losses = tf.nn.sigmoid_cross_entropy_with_logits(answers, self._logits(ids, mask))
                loss = tf.reduce_mean(tf.reduce_sum(losses, 1))
            gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, self._variables), 1.0)
            optimizer.apply_gradients(zip(gradients, self._variables, strict=True))
            return loss

        steps = epochs * -(-len(epoch(np.random.RandomState(0))) // BATCH)
        number, recent = 0, []
        for turn in range(1, epochs + 1):
            dice = np.random.RandomState(turn)
            for batch in self._batches(epoch(dice), dice):
                number += 1
                rate.assign(RATE * min(1, number / steps / WARM_UP) * max(0, 1 - (number - 1) / steps))
                recent.append(float(step(*batch)))
                if number % 250 == 0:
                    print(f"step {number} of {steps}, loss {np.mean(recent):.3f}", flush=True)
                    recent.clear()

    def save(self, path: Path) -> None:
        """Writes adapter and labels as `language.build_encoder` and `language.labeller` read them."""
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = {f"{name}.{part}": variable.numpy().astype(np.float16)
                 for name, pair in self._adapters.items() for part, variable in zip("ab", pair, strict=True)}
        np.savez_compressed(path, **parts, labels=np.array(self._labels), where=self._where.numpy().astype(np.float16),
                            what=self._what.numpy().astype(np.float16), bias=self._bias.numpy())

    def leave(self, adapter: Path, folder: Path) -> Path:
        """Saves the adapter and builds in the folder the encoder that hears with it, whose file it returns."""
        self.save(adapter)
        weights = next(WEIGHTS.rglob("model.safetensors"))
        return build(weights, weights.parent / "vocab.txt", folder, adapter)

    def _batches(self, examples: Sequence[Example], dice: np.random.RandomState) -> Iterator[tuple[np.ndarray, ...]]:
        """Ids, mask and answers of texts of about one length, in random order."""
        tokens = shared().tokens
        lengths = np.array([min(len(example.pieces), LONGEST) for example in examples])
        order = np.argsort(lengths + dice.rand(len(lengths)) * 6, kind="stable")
        groups = [order[start:start + BATCH] for start in range(0, len(order), BATCH)]
        dice.shuffle(groups)
        for group in groups:
            width = int(lengths[group].max()) + 2
            ids, mask = np.zeros((len(group), width), np.int32), np.zeros((len(group), width), np.float32)
            answers = np.full((len(group), len(self._labels)), HARDLY, np.float32)
            for row, place in enumerate(group):
                pieces = [tokens.cls, *examples[place].pieces[:LONGEST], tokens.sep]
                ids[row, :len(pieces)], mask[row, :len(pieces)] = pieces, 1
                answers[row, list(examples[place].answers)] = SURELY
            yield ids, mask, answers

    def _logits(self, ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        states = self._states(ids, mask)
        looked = tf.nn.softmax(tf.matmul(states, self._where) - (1 - mask)[:, :, None] * 1e4, axis=1)
        kept = tf.nn.dropout(tf.ones_like(states[:, :1, :]), DROPOUT)
        return tf.reduce_sum(looked * tf.matmul(states * kept, self._what), 1) + self._bias

    def _states(self, ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        fixed, length = self._fixed, tf.shape(ids)[1]
        words = tf.gather(fixed["embeddings.word_embeddings.weight"], ids)
        places = fixed["embeddings.position_embeddings.weight"][:length]
        state = self._normalised(words + places + fixed["embeddings.token_type_embeddings.weight"][0],
                                 "embeddings.LayerNorm")
        for layer in range(LAYERS):
            state = self._layer(state, (1 - mask)[:, None, None, :] * -1e4, f"encoder.layer.{layer}.")
        return state

    def _layer(self, state: tf.Tensor, unseen: tf.Tensor, prefix: str) -> tf.Tensor:
        size = DIMENSIONS // HEADS
        query, key, value = (
            tf.transpose(tf.reshape(self._times(state, prefix + name), [*tf.unstack(tf.shape(state)[:2]), HEADS, size]),
                         [0, 2, 1, 3])
            for name in (QUERY, KEY, VALUE)
        )
        attention = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) / np.float32(np.sqrt(size)) + unseen)
        seen = tf.reshape(tf.transpose(tf.matmul(attention, value), [0, 2, 1, 3]), tf.shape(state))
        state = self._normalised(self._times(seen, prefix + MIX) + state, prefix + "attention.output.LayerNorm")
        wide = tf.nn.gelu(self._times(state, prefix + WIDE))
        return self._normalised(self._times(wide, prefix + NARROW) + state, prefix + "output.LayerNorm")

    def _times(self, state: tf.Tensor, name: str) -> tf.Tensor:
        """In bfloat16; what is dropped out are dimensions of the adapter, of which there are few."""
        down, up = (tf.cast(part, tf.bfloat16) for part in self._adapters[name])
        short = tf.cast(state, tf.bfloat16)
        added = tf.nn.dropout(tf.cast(tf.matmul(short, down), tf.float32), DROPOUT)
        product = tf.matmul(short, self._matrices[name]) + tf.matmul(tf.cast(added, tf.bfloat16), up)
        return tf.cast(product, tf.float32) + self._fixed[f"{name}.bias"]

    def _normalised(self, state: tf.Tensor, name: str) -> tf.Tensor:
        mean, variance = tf.nn.moments(state, [-1], keepdims=True)
        return ((state - mean) * tf.math.rsqrt(variance + EPSILON) * self._fixed[f"{name}.weight"]
                + self._fixed[f"{name}.bias"])


def _matrices() -> list[str]:
    return [f"encoder.layer.{layer}.{matrix}" for layer in range(LAYERS) for matrix in MATRICES]


def _random(dice: np.random.RandomState, rows: int, columns: int, scale: float) -> tf.Variable:
    return tf.Variable((dice.randn(rows, columns) * scale).astype(np.float32))
