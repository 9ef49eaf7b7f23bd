# mypy: disable-error-code="import-untyped,import-not-found,no-untyped-call,untyped-decorator"
"""Tunes the sentence encoder to tell danger from its look-alikes: `.venv-bot/bin/python -m gateway.safety.tune`.

Half an hour on two cores, with the TensorFlow that Rasa brings; its result, `adapter.npz`, is in the repository, so
that nobody needs this to run the product. It learns a low-rank adapter for each matrix of the encoder (Hu et al. 2021,
LoRA) and a small net over the sentence vector, together. `--without WRITER` leaves a writer out and builds the encoder
of that trial under `build/safety/trial`, for `gateway.safety.train --measure WRITER`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file

from gateway.safety.classifier import ADAPTER, ENCODER, SAFE, TRIAL
from gateway.safety.corpus import Corpus, load_lines
from gateway.safety.screen import Screen
from gateway.safety.train import choose
from language.build_encoder import EPSILON, HEADS, LAYERS, build
from language.encoder import DIMENSIONS, ROOT, shared

RANK, HIDDEN, SHARPEN = 16, 192, 8.0
EPOCHS, BATCH, RATE, WARM_UP, DROPOUT, NET_DROPOUT, LONGEST = 2, 32, 2e-3, 0.06, 0.1, 0.2, 120
ORDINARY_SHARE, LOOKALIKE_SHARE, TOLD_SHARE = 0.12, 0.4, 0.3
"""How much of the pieces is learnt from: ordinary ones outnumber the others, and every step takes its time."""
DANGER_WEIGHT, SAFE_WEIGHT = 1.5, 0.7
QUERY, KEY, VALUE = (f"attention.self.{name}" for name in ("query", "key", "value"))
MIX, WIDE, NARROW = "attention.output.dense", "intermediate.dense", "output.dense"
MATRICES = (QUERY, KEY, VALUE, MIX, WIDE, NARROW)


@dataclass(frozen=True)
class Rows:
    """What to learn: tokens of each piece, the place of its kind in `kinds`, and its weight."""

    tokens: list[list[int]]
    kinds: tuple[str, ...]
    answers: np.ndarray
    weights: np.ndarray

    def batches(self, dice: np.random.RandomState) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
        """Ids, mask, answers and weights of pieces of about one length, in random order."""
        lengths = np.array([len(row) for row in self.tokens])
        order = np.argsort(lengths + dice.rand(len(lengths)) * 6, kind="stable")
        groups = [order[start:start + BATCH] for start in range(0, len(order), BATCH)]
        dice.shuffle(groups)
        for group in groups:
            ids = np.zeros((len(group), lengths[group].max()), np.int32)
            for row, place in zip(ids, group, strict=True):
                row[:lengths[place]] = self.tokens[place]
            mask = np.arange(ids.shape[1]) < lengths[group][:, None]
            yield ids, mask.astype(np.float32), self.answers[group], self.weights[group]


def rows(corpus: Corpus, places: Sequence[int]) -> Rows:
    """The pieces of these lines, thinned out."""
    dice = np.random.RandomState(0)
    chosen = choose(corpus, places)
    kinds = tuple(sorted({corpus.lines[place].category for _, place in chosen.dangerous} | {SAFE}))
    found = [(number, SAFE, SAFE_WEIGHT * weight) for number, weight in chosen.safe.items()
             if dice.rand() < (ORDINARY_SHARE if weight == 1 else LOOKALIKE_SHARE)]
    found += [(number, corpus.lines[place].category, DANGER_WEIGHT) for number, place in chosen.dangerous
              if corpus.lines[place].kind != "told" or dice.rand() < TOLD_SHARE]
    tokens = shared().tokens
    return Rows(
        [[tokens.cls, *tokens.ids(corpus.texts[number])[:LONGEST], tokens.sep] for number, _, _ in found], kinds,
        np.array([kinds.index(kind) for _, kind, _ in found], np.int32),
        np.array([weight for _, _, weight in found], np.float32),
    )


class Net:
    """The encoder with its adapter, and the small net; `fixed` are the published weights."""

    def __init__(self, fixed: dict[str, np.ndarray], kinds: int) -> None:
        dice = np.random.RandomState(0)
        self._fixed = {name: tf.constant(value) for name, value in fixed.items() if value.dtype == np.float32}
        self.adapters: dict[str, tuple[tf.Variable, tf.Variable]] = {}
        for name in (f"encoder.layer.{layer}.{matrix}" for layer in range(LAYERS) for matrix in MATRICES):
            outputs, inputs = fixed[f"{name}.weight"].shape
            self.adapters[name] = (_random(dice, inputs, RANK, 1 / np.sqrt(inputs)), _zeros(RANK, outputs))
        self.hidden, self.hidden_bias = _random(dice, DIMENSIONS, HIDDEN, np.sqrt(2 / DIMENSIONS)), _zeros(HIDDEN)
        self.out, self.out_bias = _random(dice, HIDDEN, kinds, np.sqrt(1 / HIDDEN)), _zeros(kinds)

    @property
    def variables(self) -> list[tf.Variable]:
        """All that is learnt."""
        return [*(part for pair in self.adapters.values() for part in pair),
                self.hidden, self.hidden_bias, self.out, self.out_bias]

    def logits(self, ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        """Batch x kinds, with dropout."""
        hidden = tf.nn.relu(tf.matmul(self._vectors(ids, mask) * SHARPEN, self.hidden) + self.hidden_bias)
        return tf.matmul(tf.nn.dropout(hidden, NET_DROPOUT), self.out) + self.out_bias

    def _vectors(self, ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        fixed, length = self._fixed, tf.shape(ids)[1]
        words = tf.gather(fixed["embeddings.word_embeddings.weight"], ids)
        places = fixed["embeddings.position_embeddings.weight"][:length]
        state = self._normalised(words + places + fixed["embeddings.token_type_embeddings.weight"][0],
                                 "embeddings.LayerNorm")
        for layer in range(LAYERS):
            state = self._layer(state, (1 - mask)[:, None, None, :] * -1e4, f"encoder.layer.{layer}.")
        mean = tf.reduce_sum(state * mask[:, :, None], 1) / tf.reduce_sum(mask, 1, keepdims=True)
        return tf.nn.l2_normalize(mean, -1)

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
        down, up = self.adapters[name]
        return (tf.matmul(state, self._fixed[f"{name}.weight"], transpose_b=True) + self._fixed[f"{name}.bias"]
                + tf.matmul(tf.matmul(tf.nn.dropout(state, DROPOUT), down), up))

    def _normalised(self, state: tf.Tensor, name: str) -> tf.Tensor:
        mean, variance = tf.nn.moments(state, [-1], keepdims=True)
        return ((state - mean) * tf.math.rsqrt(variance + EPSILON) * self._fixed[f"{name}.weight"]
                + self._fixed[f"{name}.bias"])

    def save(self, kinds: Sequence[str], path: Path) -> None:
        """Writes adapter and net as `language.build_encoder.adapted` and `gateway.safety.train` read them."""
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = {f"{name}.{part}": variable.numpy().astype(np.float16)
                 for name, pair in self.adapters.items() for part, variable in zip("ab", pair, strict=True)}
        np.savez_compressed(
            path, **parts, kinds=np.array(kinds), hidden=(self.hidden.numpy() * SHARPEN).astype(np.float16),
            hidden_bias=self.hidden_bias.numpy(), out=self.out.numpy(), out_bias=self.out_bias.numpy(),
        )


def _random(dice: np.random.RandomState, rows: int, columns: int, scale: float) -> tf.Variable:
    return tf.Variable((dice.randn(rows, columns) * scale).astype(np.float32))


def _zeros(*shape: int) -> tf.Variable:
    return tf.Variable(np.zeros(shape, np.float32))


def tuned(net: Net, learnt: Rows) -> Net:
    """The net after learning the rows."""
    rate = tf.Variable(0.0)
    optimizer = tf.keras.optimizers.legacy.Adam(rate)
    shapes = (([None, None], tf.int32), ([None, None], tf.float32), ([None], tf.int32), ([None], tf.float32))

    @tf.function(input_signature=[tf.TensorSpec(*each) for each in shapes], autograph=False)
    def step(ids: tf.Tensor, mask: tf.Tensor, answers: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(answers, net.logits(ids, mask))
            loss = tf.reduce_mean(weights * losses)
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, net.variables), 1.0)
        optimizer.apply_gradients(zip(gradients, net.variables, strict=True))
        return loss

    dice = np.random.RandomState(0)
    steps = EPOCHS * -(-len(learnt.tokens) // BATCH)
    batches = (batch for _ in range(EPOCHS) for batch in learnt.batches(dice))
    recent = []
    for number, batch in enumerate(batches, 1):
        rate.assign(RATE * min(1, number / steps / WARM_UP) * (1 - (number - 1) / steps))
        recent.append(float(step(*batch)))
        if number % 100 == 0:
            print(f"step {number} of {steps}, loss {np.mean(recent):.3f}", flush=True)
            recent.clear()
    return net


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--without", metavar="WRITER", help="leave this writer out, for measuring")
    writer = options.parse_args().without
    corpus = Corpus(load_lines(), Screen.load(head=Path("/nonexistent")))
    learnt = rows(corpus, [place for place, line in enumerate(corpus.lines) if line.writer != writer])
    print(f"{len(learnt.tokens)} pieces", flush=True)
    weights = next((ROOT / "build" / "weights").rglob("model.safetensors"))
    adapter = TRIAL / ADAPTER.name if writer else ADAPTER
    tuned(Net(load_file(weights), len(learnt.kinds)), learnt).save(learnt.kinds, adapter)
    if writer:
        build(weights, weights.parent / "vocab.txt", TRIAL / ENCODER.name, adapter)


if __name__ == "__main__":
    main()
