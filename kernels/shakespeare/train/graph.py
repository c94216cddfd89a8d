"""The trained network as an ONNX graph that reads one token.

A run of `net` takes a token and what earlier runs left of the tokens before it: their keys and
values, in `WINDOW` slots, with the age of each. It gives the most probable next tokens with their
logits, the largest first, and the keys and values that the caller puts into the slot of the oldest.
So a token costs the same wherever it stands, and nothing is computed twice. Choosing the candidates
inside the model costs a hundredth of what inference code would pay.
"""

import pinned  # noqa: F401  (first: it fixes how jax calculates)

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from network import EPSILON, HEAD_WIDTH, HEADS, LAYERS, SLOPES, WIDTH, WINDOW
from vocabulary import SIZE

CANDIDATES = 40
OPSET = 17
IR_VERSION = 8

SHAPES = {
    "one_head": (HEADS, 1, HEAD_WIDTH),
    "column": (HEADS, HEAD_WIDTH, 1),
    "row": (1, WIDTH),
    "scores": (HEADS, 1, WINDOW + 1),
    "tall": (WIDTH, 1),
    "logits": (SIZE,),
}


def model_bytes(parameters):
    """The serialised network; equal parameters give equal bytes."""
    graph = _Graph()
    graph.add("Gather", ["embedding", "token"], "stream.0")
    graph.add("Mul", ["ages", "slopes"], "old.bias")
    graph.add("Concat", ["old.bias", "no.bias"], "bias", axis=2)
    for layer in range(LAYERS):
        _attention(graph, layer)
        _hidden(graph, layer)
    entry = [f"{layer}.{part}" for layer in range(LAYERS) for part in ("own.key", "own.value")]
    graph.add("Concat", entry, "entry", axis=1)
    graph.normalise(f"stream.{2 * LAYERS}", "final.scale", "final")
    graph.reshape("final", "tall")
    graph.add("MatMul", ["embedding", "final.tall"], "scored")
    graph.reshape("scored", "logits")
    graph.add("TopK", ["scored.logits", "candidates"], "logits", "tokens")
    caches = [f"{layer}.{part}" for layer in range(LAYERS) for part in ("keys", "values")]
    inputs = [
        _tensor("token", TensorProto.INT64, 1),
        _tensor("ages", TensorProto.FLOAT, 1, 1, WINDOW),
        *(_tensor(name, TensorProto.FLOAT, HEADS, WINDOW, HEAD_WIDTH) for name in caches),
    ]
    outputs = [
        _tensor("tokens", TensorProto.INT64, CANDIDATES),
        _tensor("logits", TensorProto.FLOAT, CANDIDATES),
        _tensor("entry", TensorProto.FLOAT, HEADS, 2 * LAYERS, HEAD_WIDTH),
    ]
    return _serialise(graph.nodes, inputs, outputs, _constants(parameters))


class _Graph:
    """Nodes in order, each named after what it computes."""

    def __init__(self):
        self.nodes = []

    def add(self, operator, inputs, *outputs, **attributes):
        self.nodes.append(
            helper.make_node(operator, inputs, list(outputs), name=outputs[0], **attributes)
        )

    def reshape(self, name, shape):
        self.add("Reshape", [name, f"shape.{shape}"], f"{name}.{shape}")

    def normalise(self, name, scale, output):
        self.add("LayerNormalization", [name, scale], output, epsilon=EPSILON)


def _attention(graph, layer):
    own = lambda name: f"{layer}.{name}"  # noqa: E731
    before, after = f"stream.{2 * layer}", f"stream.{2 * layer + 1}"
    graph.normalise(before, own("attention.scale"), own("entering"))
    graph.add("MatMul", [own("entering"), own("projections")], own("projected"))
    parts = (own("query"), own("key"), own("value"))
    graph.add("Split", [own("projected"), "thirds"], *parts, axis=1)
    graph.add("Reshape", [own("query"), "shape.column"], own("own.query"))
    graph.add("Reshape", [own("key"), "shape.one_head"], own("own.key"))
    graph.add("Reshape", [own("value"), "shape.one_head"], own("own.value"))
    graph.add("MatMul", [own("keys"), own("own.query")], own("old.scores"))
    graph.add("MatMul", [own("own.key"), own("own.query")], own("own.score"))
    graph.add("Concat", [own("old.scores"), own("own.score")], own("all"), axis=1)
    graph.reshape(own("all"), "scores")
    graph.add("Add", [own("all.scores"), "bias"], own("biased"))
    graph.add("Softmax", [own("biased")], own("weights"), axis=2)
    graph.add("Split", [own("weights"), "old.and.own"], own("old.weights"), own("own.weight"), axis=2)
    graph.add("MatMul", [own("old.weights"), own("values")], own("old.seen"))
    graph.add("Mul", [own("own.weight"), own("own.value")], own("own.seen"))
    graph.add("Add", [own("old.seen"), own("own.seen")], own("seen"))
    graph.reshape(own("seen"), "row")
    graph.add("MatMul", [own("seen.row"), own("mixed")], own("mixture"))
    graph.add("Add", [before, own("mixture")], after)


def _hidden(graph, layer):
    own = lambda name: f"{layer}.{name}"  # noqa: E731
    before, after = f"stream.{2 * layer + 1}", f"stream.{2 * layer + 2}"
    graph.normalise(before, own("hidden.scale"), own("standing"))
    graph.add("MatMul", [own("standing"), own("hidden")], own("raw"))
    graph.add("Relu", [own("raw")], own("positive"))
    graph.add("Mul", [own("positive"), own("positive")], own("squared"))
    graph.add("MatMul", [own("squared"), own("shown")], own("change"))
    graph.add("Add", [before, own("change")], after)


def _constants(parameters):
    """The weights as the graph has them, and the numbers that it needs besides."""
    constants = {f"shape.{name}": np.array(shape, np.int64) for name, shape in SHAPES.items()}
    constants["candidates"] = np.array([CANDIDATES], np.int64)
    constants["thirds"] = np.full(3, WIDTH, np.int64)
    constants["old.and.own"] = np.array([WINDOW, 1], np.int64)
    constants["slopes"] = -np.array(SLOPES, np.float32).reshape(HEADS, 1, 1)
    constants["no.bias"] = np.zeros((HEADS, 1, 1), np.float32)
    for name in ("embedding", "final.scale"):
        constants[name] = parameters[name]
    for layer in range(LAYERS):
        query, key, value = (parameters[f"{layer}.{name}"] for name in ("query", "key", "value"))
        scaled = query * np.float32(HEAD_WIDTH**-0.5)
        constants[f"{layer}.projections"] = np.concatenate([scaled, key, value], axis=1)
        for name in ("attention.scale", "mixed", "hidden.scale", "hidden", "shown"):
            constants[f"{layer}.{name}"] = parameters[f"{layer}.{name}"]
    return constants


def _serialise(nodes, inputs, outputs, constants):
    initializers = [numpy_helper.from_array(constants[name], name) for name in sorted(constants)]
    graph = helper.make_graph(nodes, "shakespeare", inputs, outputs, initializers)
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="kernels/shakespeare",
    )
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def _tensor(name, kind, *shape):
    return helper.make_tensor_value_info(name, kind, shape)
