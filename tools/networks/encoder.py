"""A transformer encoder that tells from a few dozen characters which data set a text describes.

Its texts are the descriptions that scikit-learn ships with its data sets. The sequence length is an
open dimension with a declared bound.
"""

from importlib.resources import files as resources

import jax
import jax.numpy as jnp
import numpy as np
from onnx import TensorProto

from files import build, reference_cases, save, vector
from training import cross_entropy, train

SEED = 20250402
NAMES = ["breast_cancer", "iris", "kddcup99", "lfw", "twenty_newsgroups", "wine_data"]
ALPHABET = "\0 abcdefghijklmnopqrstuvwxyz0123456789.,-()"
LENGTH = 64
BLOCK = 160
STEPS, RATE = 300, 3e-3
WIDTH, HEADS, LAYERS, HIDDEN = 32, 4, 2, 64
HEAD = WIDTH // HEADS
METADATA = {"aivm.max.length": str(LENGTH)}


def make():
    texts = [_tokens(name) for name in NAMES]
    parameters, accuracy = _fit(texts)
    print("encoder: held-out accuracy", accuracy)
    model = build(
        "encoder",
        _nodes(),
        [("tokens", TensorProto.INT64, [1, "length"])],
        [("embedding", TensorProto.FLOAT, [1, WIDTH]), ("probs", TensorProto.FLOAT, [1, len(NAMES)])],
        _weights(parameters),
        METADATA,
    )
    lengths = [64, 64, 33, 7, 1]
    feeds = [
        {"tokens": _blocks(text, True)[0][None, 11 : 11 + length]}
        for text, length in zip(texts, lengths)
    ]
    cases = reference_cases(model, feeds)
    return [vector("a transformer text encoder", save("encoder", model), cases)]


def _tokens(name):
    path = resources("sklearn.datasets").joinpath("descr", f"{name}.rst")
    text = " ".join(path.read_text(encoding="utf-8").lower().split())
    return np.array([max(ALPHABET.find(letter), 0) for letter in text], np.int64)


def _blocks(text, held_out):
    """Every fifth stretch of the text is held out; windows do not reach over its ends."""
    parts = [text[start : start + BLOCK] for start in range(0, len(text) - LENGTH, BLOCK)]
    return [part for index, part in enumerate(parts) if (index % 5 == 2) == held_out and len(part) > LENGTH]


def _windows(blocks, count, generator):
    labels = generator.integers(0, len(blocks), count)
    windows = np.zeros((count, LENGTH), np.int64)
    for row, label in enumerate(labels):
        block = blocks[label][generator.integers(0, len(blocks[label]))]
        start = generator.integers(0, len(block) - LENGTH)
        windows[row] = block[start : start + LENGTH]
    return windows, labels


def _fit(texts):
    generator = np.random.default_rng(SEED)
    seen = [_blocks(text, False) for text in texts]
    held_out = [_blocks(text, True) for text in texts]

    def loss(parameters, batch):
        return cross_entropy(jax.vmap(lambda row: _scores(parameters, row))(batch[0]), batch[1])

    def batches(_):
        return _windows(seen, 64, generator)

    fitted, last = train(loss, _start(generator), batches, STEPS, rate=RATE)
    windows, labels = _windows(held_out, 600, generator)
    arrays = jax.tree.map(jnp.asarray, fitted)
    found = jax.vmap(lambda row: _scores(arrays, row))(windows)
    print("encoder: last loss", round(last, 3))
    return fitted, round(float(np.mean(np.argmax(found, axis=1) == labels)), 3)


def _start(generator):
    def normal(*shape):
        return generator.normal(0, shape[0] ** -0.5, shape).astype(np.float32)

    parameters = {
        "letters": normal(len(ALPHABET), WIDTH),
        "places": normal(LENGTH, WIDTH),
        "out": normal(WIDTH, len(NAMES)),
    }
    for layer in range(LAYERS):
        for name in ["q", "k", "v", "o"]:
            parameters[f"{name}{layer}"] = normal(WIDTH, WIDTH)
        parameters[f"up{layer}"] = normal(WIDTH, HIDDEN)
        parameters[f"down{layer}"] = normal(HIDDEN, WIDTH)
        for name in ["na", "nb"]:
            parameters[f"{name}{layer}"] = np.ones(WIDTH, np.float32)
            parameters[f"{name}_bias{layer}"] = np.zeros(WIDTH, np.float32)
    return parameters


def _scores(p, tokens):
    x = p["letters"][tokens] + p["places"][: tokens.shape[0]]
    for layer in range(LAYERS):
        x = x + _attend(p, layer, _normal(p, "na", layer, x))
        inner = jax.nn.gelu(_normal(p, "nb", layer, x) @ p[f"up{layer}"], approximate=False)
        x = x + inner @ p[f"down{layer}"]
    return jnp.mean(x, axis=0) @ p["out"]


def _normal(p, name, layer, x):
    centred = x - jnp.mean(x, axis=-1, keepdims=True)
    scale = jax.lax.rsqrt(jnp.mean(centred**2, axis=-1, keepdims=True) + 1e-5)
    return centred * scale * p[f"{name}{layer}"] + p[f"{name}_bias{layer}"]


def _attend(p, layer, x):
    def heads(name):
        return (x @ p[f"{name}{layer}"]).reshape(-1, HEADS, HEAD).transpose(1, 0, 2)

    scores = heads("q") @ heads("k").transpose(0, 2, 1) * HEAD**-0.5
    mixed = jax.nn.softmax(scores, axis=-1) @ heads("v")
    return mixed.transpose(1, 0, 2).reshape(-1, WIDTH) @ p[f"o{layer}"]


def _weights(parameters):
    weights = dict(parameters)
    weights["split_shape"] = np.array([1, -1, HEADS, HEAD], np.int64)
    weights["join_shape"] = np.array([1, -1, WIDTH], np.int64)
    weights["scale"] = np.array(HEAD**-0.5, np.float32)
    weights["root2"] = np.array(2**-0.5, np.float32)
    weights["one"] = np.array(1, np.float32)
    weights["half"] = np.array(0.5, np.float32)
    weights["zero_index"] = np.array([0], np.int64)
    weights["one_index"] = np.array([1], np.int64)
    weights["two_index"] = np.array([2], np.int64)
    return weights


def _nodes():
    nodes = [
        ("Gather", ["letters", "tokens"], ["spelled"], {}),
        ("Shape", ["tokens"], ["extents"], {}),
        ("Slice", ["extents", "one_index", "two_index"], ["length_now"], {}),
        ("Slice", ["places", "zero_index", "length_now", "zero_index"], ["placed"], {}),
        ("Add", ["spelled", "placed"], ["x0"], {}),
    ]
    for layer in range(LAYERS):
        nodes += _layer_nodes(layer)
    return nodes + [
        ("ReduceMean", [f"x{LAYERS}"], ["embedding"], {"axes": [1], "keepdims": 0}),
        ("MatMul", ["embedding", "out"], ["scores"], {}),
        ("Softmax", ["scores"], ["probs"], {"axis": -1}),
    ]


def _layer_nodes(n):
    nodes = [("LayerNormalization", [f"x{n}", f"na{n}", f"na_bias{n}"], [f"a{n}"], {"epsilon": 1e-5})]
    for name, order in [("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])]:
        nodes += [
            ("MatMul", [f"a{n}", f"{name}{n}"], [f"{name}_flat{n}"], {}),
            ("Reshape", [f"{name}_flat{n}", "split_shape"], [f"{name}_split{n}"], {}),
            ("Transpose", [f"{name}_split{n}"], [f"{name}_heads{n}"], {"perm": order}),
        ]
    return nodes + [
        ("MatMul", [f"q_heads{n}", f"k_heads{n}"], [f"products{n}"], {}),
        ("Mul", [f"products{n}", "scale"], [f"scaled{n}"], {}),
        ("Softmax", [f"scaled{n}"], [f"attention{n}"], {"axis": -1}),
        ("MatMul", [f"attention{n}", f"v_heads{n}"], [f"mixed{n}"], {}),
        ("Transpose", [f"mixed{n}"], [f"mixed_rows{n}"], {"perm": [0, 2, 1, 3]}),
        ("Reshape", [f"mixed_rows{n}", "join_shape"], [f"joined{n}"], {}),
        ("MatMul", [f"joined{n}", f"o{n}"], [f"attended{n}"], {}),
        ("Add", [f"x{n}", f"attended{n}"], [f"y{n}"], {}),
        ("LayerNormalization", [f"y{n}", f"nb{n}", f"nb_bias{n}"], [f"b{n}"], {"epsilon": 1e-5}),
        ("MatMul", [f"b{n}", f"up{n}"], [f"raised{n}"], {}),
        ("Mul", [f"raised{n}", "root2"], [f"normed{n}"], {}),
        ("Erf", [f"normed{n}"], [f"erf{n}"], {}),
        ("Add", [f"erf{n}", "one"], [f"gate_double{n}"], {}),
        ("Mul", [f"gate_double{n}", "half"], [f"gate{n}"], {}),
        ("Mul", [f"raised{n}", f"gate{n}"], [f"gelu{n}"], {}),
        ("MatMul", [f"gelu{n}", f"down{n}"], [f"lowered{n}"], {}),
        ("Add", [f"y{n}", f"lowered{n}"], [f"x{n + 1}"], {}),
    ]
