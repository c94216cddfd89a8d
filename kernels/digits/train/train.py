"""Trains the digits model and writes everything that comes from it.

    python train.py                   writes ../model.onnx, ../vectors, ../samples and the report
    python train.py --cross-validate  five-fold accuracy on the training part, writes nothing

Equal package versions give equal bytes: one thread, pinned instruction set, seeded generators.
"""

import pinned  # noqa: F401  (first: it fixes how numpy calculates)
import hashlib
import sys
import time
from pathlib import Path

import numpy as np
from onnx.reference import ReferenceEvaluator
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold, train_test_split

import artifacts
from graph import model_bytes
from network import CLASSES, predict, train

SPLIT_SEED = 20250101
TRAINING_SEED = 7
HELD_OUT_SHARE = 0.2
LARGEST_VALUE = 16
MINIMUM_ACCURACY = 0.97
KERNEL_FOLDER = Path(__file__).resolve().parent.parent


def main():
    digits = load_digits()
    training, held_out = train_test_split(
        np.arange(len(digits.target)),
        test_size=HELD_OUT_SHARE,
        random_state=SPLIT_SEED,
        stratify=digits.target,
    )
    if "--cross-validate" in sys.argv[1:]:
        cross_validate(digits.data[training], digits.target[training])
    else:
        build(digits, training, held_out)


def cross_validate(data, labels):
    """Compares settings without a look at the held-out part."""
    folds = StratifiedKFold(5, shuffle=True, random_state=SPLIT_SEED)
    accuracies = []
    for fitted, judged in folds.split(data, labels):
        parameters = train(as_grids(data[fitted]), labels[fitted], TRAINING_SEED)
        right = predict(parameters, as_grids(data[judged])).argmax(axis=1) == labels[judged]
        accuracies.append(right.mean())
    print("folds", np.round(accuracies, 4), "mean", round(float(np.mean(accuracies)), 4))


def build(digits, training, held_out):
    """Trains on the training part, judges the exported model on the held-out part, writes all."""
    started = time.monotonic()
    parameters = train(as_grids(digits.data[training]), digits.target[training], TRAINING_SEED)
    print(f"trained in {time.monotonic() - started:.1f} s")
    model = model_bytes(parameters)
    images, labels = digits.data[held_out], digits.target[held_out]
    predictions = evaluate(model, parameters, images)
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(confusion, (labels, predictions), 1)
    accuracy = confusion.trace() / confusion.sum()
    print(f"held-out accuracy {accuracy:.4f} ({confusion.trace()} of {confusion.sum()})")
    if accuracy < MINIMUM_ACCURACY:
        sys.exit("the model is not good enough; nothing is written")
    print(f"model.onnx {len(model)} bytes, sha256 {hashlib.sha256(model).hexdigest()}")

    here = KERNEL_FOLDER / "train"
    (KERNEL_FOLDER / "model.onnx").write_bytes(model)
    artifacts.write_vectors(KERNEL_FOLDER / "vectors", images, labels, predictions)
    artifacts.write_samples(KERNEL_FOLDER / "samples", images, labels)
    artifacts.write_heldout(here / "heldout.json", images, labels, predictions)
    artifacts.write_report(here / "report.json", model, parameters, confusion)
    artifacts.write_plot(here / "heldout.png", images, labels, predictions, confusion)


def evaluate(model, parameters, images):
    """What the exported graph answers, after a check that it computes what was trained."""
    session = ReferenceEvaluator(model)
    flat = (images / LARGEST_VALUE).astype(np.float32)
    probs = np.concatenate([session.run(["probs"], {"image": row[None]})[0] for row in flat])
    np.testing.assert_allclose(probs, predict(parameters, as_grids(images)), atol=1e-5)
    return probs.argmax(axis=1)


def as_grids(data):
    """[n, 64] in 0..16 as float32 [n, 8, 8, 1] in 0..1."""
    return (data / LARGEST_VALUE).astype(np.float32).reshape(-1, 8, 8, 1)


if __name__ == "__main__":
    main()
