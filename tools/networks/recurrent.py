"""A recurrent network that reads a digit row by row: an LSTM, a GRU on it, and a dense layer."""

import jax
import jax.numpy as jnp
import numpy as np
from onnx import TensorProto
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from files import build, reference_cases, save, vector
from training import cross_entropy, train

SEED = 20250403
ROWS, COLUMNS, CLASSES = 8, 8, 10
LONG, SHORT = 24, 16
BATCH = 4


def make():
    digits = load_digits()
    images = (digits.images / 16).astype(np.float32)
    seen, held_out, labels, truth = train_test_split(
        images, digits.target, test_size=0.3, random_state=SEED, stratify=digits.target
    )
    generator = np.random.default_rng(SEED)

    def batches(_):
        chosen = generator.integers(0, len(seen), 64)
        return seen[chosen].transpose(1, 0, 2), labels[chosen]

    def loss(parameters, batch):
        return cross_entropy(_scores(parameters, batch[0]), batch[1])

    parameters, _ = train(loss, _start(generator), batches, 700, rate=8e-3)
    found = np.argmax(_scores(parameters, held_out.transpose(1, 0, 2)), axis=1)
    print("recurrent: held-out accuracy", round(float(np.mean(found == truth)), 3))
    model = _model(parameters)
    feeds = [
        {"rows": np.ascontiguousarray(held_out[start : start + BATCH].transpose(1, 0, 2))}
        for start in range(0, 4 * BATCH, BATCH)
    ]
    cases = reference_cases(model, feeds)
    for feed, outputs in cases:
        mine = jax.nn.softmax(_scores(parameters, feed["rows"]), axis=-1)
        assert np.allclose(mine, outputs["probs"], atol=1e-4), "the graph is the trained network"
    return [vector("a recurrent network of LSTM and GRU", save("recurrent", model), cases)]


def _start(generator):
    def normal(*shape):
        return generator.normal(0, shape[-1] ** -0.5, shape).astype(np.float32)

    return {
        "lw": normal(4 * LONG, COLUMNS),
        "lr": normal(4 * LONG, LONG),
        "lb": np.zeros(8 * LONG, np.float32),
        "gw": normal(3 * SHORT, LONG),
        "gr": normal(3 * SHORT, SHORT),
        "gb": np.zeros(6 * SHORT, np.float32),
        "dw": normal(CLASSES, SHORT),
        "db": np.zeros(CLASSES, np.float32),
    }


def _scores(p, rows):
    """Gates in ONNX's order: input, output, forget, cell; update, reset, hidden."""
    batch = rows.shape[1]
    h, c, g = jnp.zeros((batch, LONG)), jnp.zeros((batch, LONG)), jnp.zeros((batch, SHORT))
    for step in range(ROWS):
        gates = rows[step] @ p["lw"].T + h @ p["lr"].T + p["lb"][: 4 * LONG] + p["lb"][4 * LONG :]
        i, o, f, n = jnp.split(gates, 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(n)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        xz, xr, xh = jnp.split(h @ p["gw"].T + p["gb"][: 3 * SHORT], 3, axis=1)
        rz, rr, rh = jnp.split(g @ p["gr"].T + p["gb"][3 * SHORT :], 3, axis=1)
        z, r = jax.nn.sigmoid(xz + rz), jax.nn.sigmoid(xr + rr)
        g = (1 - z) * jnp.tanh(xh + r * rh) + z * g
    return g @ p["dw"].T + p["db"]


def _model(p):
    nodes = [
        ("LSTM", ["rows", "lw", "lr", "lb"], ["steps"], {"hidden_size": LONG}),
        ("Squeeze", ["steps", "direction"], ["sequence"], {}),
        (
            "GRU",
            ["sequence", "gw", "gr", "gb"],
            ["all_states", "last_state"],
            {"hidden_size": SHORT, "linear_before_reset": 1},
        ),
        ("Squeeze", ["last_state", "first"], ["state"], {}),
        ("Gemm", ["state", "dw", "db"], ["scores"], {"transB": 1}),
        ("Softmax", ["scores"], ["probs"], {"axis": -1}),
    ]
    weights = {name: array for name, array in p.items()}
    for name in ["lw", "lr", "lb", "gw", "gr", "gb"]:
        weights[name] = weights[name][None]
    weights["direction"] = np.array([1], np.int64)
    weights["first"] = np.array([0], np.int64)
    return build(
        "recurrent",
        nodes,
        [("rows", TensorProto.FLOAT, [ROWS, BATCH, COLUMNS])],
        [("probs", TensorProto.FLOAT, [BATCH, CLASSES])],
        weights,
    )
