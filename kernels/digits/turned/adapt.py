"""Trains an adapter with which the digits model reads digits that lie on their left side.

    python adapt.py    writes factors.safetensors, merged.onnx and report.json

The weights of the model stay as they are: what is trained are factors of rank 4, one pair for each
weight (LoRA). merged.onnx is the model with B·A added by numpy, for the test that compares it with
what the sandbox makes of model and adapter. Packages: ../train/requirements.txt.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "train"))

import pinned  # noqa: E402, F401  (first: it fixes how numpy calculates)
import hashlib  # noqa: E402
import json  # noqa: E402

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from onnx import numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402
from sklearn.datasets import load_digits  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402

from augment import augment  # noqa: E402
from network import BATCH, CHANNELS, POOLED, Adam, loss_gradients, predict  # noqa: E402
from train import HELD_OUT_SHARE, LARGEST_VALUE, SPLIT_SEED, as_grids  # noqa: E402

RANK = 4
EPOCHS = 60
LEARNING_RATE = 4e-3
SEED = 11
WEIGHTS = ("conv1.weight", "conv2.weight", "dense1.weight", "dense2.weight")
MINIMUM_ACCURACY = 0.95


def main():
    model = onnx.load(HERE.parent / "model.onnx")
    constants = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    digits = load_digits()
    training, held_out = train_test_split(
        np.arange(len(digits.target)),
        test_size=HELD_OUT_SHARE,
        random_state=SPLIT_SEED,
        stratify=digits.target,
    )
    base = network_parameters(constants)
    factors = train(base, turned(as_grids(digits.data[training])), digits.target[training])
    pairs = {name: onnx_factors(name, *factors[name]) for name in WEIGHTS}
    merge(model, constants, pairs)
    merged = model.SerializeToString(deterministic=True)

    images = turned(as_grids(digits.data[held_out]))
    before = accuracy(base, images, digits.target[held_out])
    right = judge(merged, images, digits.target[held_out])
    print(f"held-out, turned: {before:.4f} without the adapter, {right.mean():.4f} with it")
    if right.mean() < MINIMUM_ACCURACY:
        sys.exit("the adapter is not good enough; nothing is written")
    (HERE / "factors.safetensors").write_bytes(safetensors(pairs))
    (HERE / "merged.onnx").write_bytes(merged)
    report = {
        "rank": RANK,
        "numbers": sum(a.size + b.size for a, b in pairs.values()),
        "mergedSha256": hashlib.sha256(merged).hexdigest(),
        "heldOut": len(right),
        "correctWithout": round(before * len(right)),
        "correct": int(right.sum()),
    }
    (HERE / "report.json").write_text(json.dumps(report, indent=2) + "\n")


def turned(images):
    """Images [n, 8, 8, 1] turned by a quarter to the left."""
    return np.ascontiguousarray(np.rot90(images, axes=(1, 2)))


def train(base, images, labels):
    """Factors U (p × r) and V (r × q) for each weight, in the layout of network.py."""
    rng = np.random.default_rng(SEED)
    factors = {}
    for name in WEIGHTS:
        rows, columns = base[name].shape
        factors[f"{name}.u"] = (rng.standard_normal((rows, RANK)) / np.sqrt(rows)).astype(np.float32)
        factors[f"{name}.v"] = np.zeros((RANK, columns), np.float32)
    optimiser = Adam(factors)
    steps_per_epoch = -(-len(images) // BATCH)
    for epoch in range(EPOCHS):
        order = rng.permutation(len(images))
        for step in range(steps_per_epoch):
            batch = order[step * BATCH : (step + 1) * BATCH]
            done = (epoch * steps_per_epoch + step) / (EPOCHS * steps_per_epoch)
            rate = LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * done))
            whole = with_factors(base, factors)
            gradients = loss_gradients(whole, augment(images[batch], rng), labels[batch], rng)
            optimiser.step(factor_gradients(factors, gradients), rate)
    return {name: (factors[f"{name}.u"], factors[f"{name}.v"]) for name in WEIGHTS}


def with_factors(base, factors):
    whole = dict(base)
    for name in WEIGHTS:
        whole[name] = base[name] + factors[f"{name}.u"] @ factors[f"{name}.v"]
    return whole


def factor_gradients(factors, gradients):
    """By the product rule: d(U·V) is dU·V + U·dV."""
    found = {}
    for name in WEIGHTS:
        found[f"{name}.u"] = gradients[name] @ factors[f"{name}.v"].T
        found[f"{name}.v"] = factors[f"{name}.u"].T @ gradients[name]
    return found


def network_parameters(constants):
    """The constants of the model in the layout of network.py: the inverse of graph.py."""
    parameters = {name: array for name, array in constants.items() if "." in name}
    for name in ("conv1.weight", "conv2.weight"):
        out, channels = constants[name].shape[:2]
        parameters[name] = constants[name].transpose(2, 3, 1, 0).reshape(9 * channels, out)
    dense = constants["dense1.weight"]
    split = dense.reshape(CHANNELS[1], POOLED, POOLED, -1)
    parameters["dense1.weight"] = split.transpose(1, 2, 0, 3).reshape(dense.shape)
    return {name: np.ascontiguousarray(array) for name, array in parameters.items()}


def onnx_factors(name, u, v):
    """A (r × n) and B (m × r) of the constant, whose first axis has m extents and the others n."""
    if name.startswith("conv"):
        taps = u.reshape(3, 3, -1, RANK).transpose(3, 2, 0, 1)
        return np.ascontiguousarray(taps.reshape(RANK, -1)), np.ascontiguousarray(v.T)
    if name == "dense1.weight":
        u = u.reshape(POOLED, POOLED, CHANNELS[1], RANK).transpose(2, 0, 1, 3).reshape(u.shape)
    return np.ascontiguousarray(v), np.ascontiguousarray(u)


def merge(model, constants, pairs):
    """Adds B·A in the order that docs/spec/sandbox.md fixes; numpy rounds each step to float32."""
    for one in model.graph.initializer:
        if one.name not in pairs:
            continue
        a, b = pairs[one.name]
        total = np.zeros((b.shape[0], a.shape[1]), np.float32)
        for k in range(RANK):
            total = total + b[:, k : k + 1] * a[k : k + 1]
        whole = constants[one.name] + (np.float32(1) * total).reshape(constants[one.name].shape)
        one.CopyFrom(numpy_helper.from_array(whole, one.name))


def accuracy(parameters, images, labels):
    return float((predict(parameters, images).argmax(axis=1) == labels).mean())


def judge(model, images, labels):
    """Which images the exported graph reads correctly."""
    session = ReferenceEvaluator(model)
    flat = images.reshape(-1, 1, 64)
    probs = np.concatenate([session.run(["probs"], {"image": image})[0] for image in flat])
    return probs.argmax(axis=1) == labels


def safetensors(pairs):
    """The file that safetensors.numpy.save_file would write of NAME.lora_A and NAME.lora_B."""
    header, data = {}, b""
    for name, (a, b) in sorted(pairs.items()):
        for factor, array in (("lora_A", a), ("lora_B", b)):
            place = [len(data), len(data) + array.nbytes]
            header[f"{name}.{factor}"] = {
                "dtype": "F32",
                "shape": list(array.shape),
                "data_offsets": place,
            }
            data += array.astype("<f4").tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data


if __name__ == "__main__":
    main()
