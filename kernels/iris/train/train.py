"""Trains the iris model and writes everything that comes from it.

    python train.py                   writes ../model.onnx, ../vectors, ../samples and the report
    python train.py --cross-validate  ten-fold accuracy on the training part, writes nothing

Equal package versions give equal bytes: one thread, pinned instruction set, seeded generators.
"""

import pinned  # noqa: F401  (first: it fixes how numpy calculates)
import hashlib
import sys
import time
from pathlib import Path

import numpy as np
from onnx.reference import ReferenceEvaluator
from sklearn.datasets import load_iris
from sklearn.model_selection import StratifiedKFold, train_test_split

import artifacts
from graph import SUBNETWORKS, model_bytes
from network import CLASSES, HIDDEN, draw_masks, predict, train

SPLIT_SEED = 20250101
TRAINING_SEED = 7
SIMULATION_SEED = 11
HELD_OUT = 50
SIMULATED_MEMBERS = 10_000
COMMITTEE = 4
MINIMUM_ACCURACY = 0.9
KERNEL_FOLDER = Path(__file__).resolve().parent.parent


def main():
    iris = load_iris()
    training, held_out = train_test_split(
        np.arange(len(iris.target)),
        test_size=HELD_OUT,
        random_state=SPLIT_SEED,
        stratify=iris.target,
    )
    if "--cross-validate" in sys.argv[1:]:
        cross_validate(iris.data[training], iris.target[training])
    else:
        build(iris, training, held_out)


def cross_validate(data, labels):
    """Compares settings without a look at the held-out part."""
    folds = StratifiedKFold(10, shuffle=True, random_state=SPLIT_SEED)
    accuracies = []
    for fitted, judged in folds.split(data, labels):
        parameters = train(data[fitted], labels[fitted], TRAINING_SEED)
        right = predict(parameters, data[judged], 1).argmax(axis=1) == labels[judged]
        accuracies.append(right.mean())
    print("folds", np.round(accuracies, 4), "mean", round(float(np.mean(accuracies)), 4))


def build(iris, training, held_out):
    """Trains on the training part, judges the exported model on the held-out part, writes all."""
    started = time.monotonic()
    parameters = train(iris.data[training], iris.target[training], TRAINING_SEED)
    print(f"trained in {time.monotonic() - started:.1f} s")
    model = model_bytes(parameters)
    flowers, labels = iris.data[held_out], iris.target[held_out]
    predictions = evaluate(model, parameters, flowers)
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(confusion, (labels, predictions), 1)
    members = simulate(parameters, flowers)
    simulated = accuracies_of(members["probs"], labels)
    accuracy = confusion.trace() / confusion.sum()
    print(f"held-out accuracy {accuracy:.4f} ({confusion.trace()} of {confusion.sum()})", simulated)
    if accuracy < MINIMUM_ACCURACY:
        sys.exit("the model is not good enough; nothing is written")
    print(f"model.onnx {len(model)} bytes, sha256 {hashlib.sha256(model).hexdigest()}")

    here = KERNEL_FOLDER / "train"
    certain = (members["probs"].argmax(axis=2) == labels).all(axis=0)
    spread = members["spread"].mean(axis=0)
    (KERNEL_FOLDER / "model.onnx").write_bytes(model)
    artifacts.write_vectors(KERNEL_FOLDER / "vectors", flowers, labels, certain)
    artifacts.write_samples(KERNEL_FOLDER / "samples", flowers, labels, spread)
    artifacts.write_heldout(here / "heldout.json", flowers, labels, predictions)
    artifacts.write_report(here / "report.json", model, parameters, confusion, simulated)
    artifacts.write_plot(here / "heldout.png", flowers, labels, spread, confusion)


def evaluate(model, parameters, flowers):
    """What the exported mean network answers, after a check that it computes what was trained."""
    session = ReferenceEvaluator(model)
    masks = draw_masks(np.random.default_rng(SIMULATION_SEED), SUBNETWORKS).astype(np.float32)
    whole = np.ones((SUBNETWORKS, HIDDEN), np.float32)
    predictions = []
    for flower in flowers.astype(np.float32):
        sampled = session.run(["probs"], {"measurements": flower[None], "masks": masks})[0]
        np.testing.assert_allclose(sampled, predict(parameters, flower, masks), atol=1e-5)
        mean = session.run(["probs"], {"measurements": flower[None], "masks": whole})[0]
        predictions.append(mean[0].argmax())
    return np.array(predictions)


def simulate(parameters, flowers):
    """What many members answer for every flower: probs [member, flower, class] and spread."""
    rng = np.random.default_rng(SIMULATION_SEED)
    probs, spread = [], []
    for _ in range(SIMULATED_MEMBERS):
        masks = draw_masks(rng, SUBNETWORKS)[:, None]
        sampled = predict(parameters, flowers, masks)
        probs.append(sampled.mean(axis=0))
        spread.append(np.ptp(sampled, axis=0).max(axis=1))
    return {"probs": np.array(probs), "spread": np.array(spread)}


def accuracies_of(probs, labels):
    """Mean accuracy of one member alone and of the mean over a committee."""
    committees = probs.reshape(-1, COMMITTEE, *probs.shape[1:]).mean(axis=1)
    return {
        "memberAccuracy": round(float((probs.argmax(axis=2) == labels).mean()), 4),
        "committeeAccuracy": round(float((committees.argmax(axis=2) == labels).mean()), 4),
    }


if __name__ == "__main__":
    main()
