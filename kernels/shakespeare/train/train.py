"""Trains the model on Shakespeare's plays and writes everything that comes from it.

    python train.py                    writes ../model.onnx, ../vocabulary.json, ../vectors,
                                       ../samples and report.json
    python train.py --parameters FILE  the same, and keeps the weights in FILE; when FILE is there,
                                       takes them from it instead of training

Equal package versions give equal bytes: one thread, pinned instruction set, seeded generators.
"""

import pinned  # noqa: F401  (first: it fixes how jax calculates)
import argparse
import sys
import time
from pathlib import Path

import numpy as np

import artifacts
from corpus import read_plays, split
from graph import model_bytes
from judge import markov_bits, network_bits
from network import logits_of, train
from vocabulary import build, encode, to_json
from writer import Memory, Writer

TRAINING_SEED = 20250101
MAXIMUM_BITS = 2.6
CHECKED_TOKENS = 100
KERNEL_FOLDER = Path(__file__).resolve().parent.parent


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parameters", type=Path)
    kept = options.parse_args().parameters
    training, held_out = split(read_plays())
    tokens = build(training)
    numbers = [np.array(encode(text, tokens), np.int32) for text in (training, held_out)]
    print(f"{len(training)} signs in {len(numbers[0])} tokens to learn from", flush=True)
    parameters = parameters_of(numbers[0], kept)
    model, vocabulary = model_bytes(parameters), to_json(tokens)
    writer = Writer(model, tokens)
    check_export(writer.net, parameters, numbers[1][:CHECKED_TOKENS])
    figures = {
        "parameters": int(sum(value.size for value in parameters.values())),
        "trainingSigns": len(training),
        "heldOutSigns": len(held_out),
        "bitsPerSign": round(network_bits(parameters, numbers[1], tokens), 3),
        "markovBitsPerSign": {
            str(order): round(markov_bits(training, held_out, order), 3) for order in (0, 1, 2, 5)
        },
    }
    print(figures)
    if figures["bitsPerSign"] > MAXIMUM_BITS:
        sys.exit("the model is not good enough; nothing is written")
    (KERNEL_FOLDER / "model.onnx").write_bytes(model)
    (KERNEL_FOLDER / "vocabulary.json").write_bytes(vocabulary)
    artifacts.write_vectors(KERNEL_FOLDER / "vectors", writer)
    artifacts.write_samples(KERNEL_FOLDER / "samples")
    artifacts.write_report(KERNEL_FOLDER / "train" / "report.json", (model, vocabulary), figures)


def parameters_of(numbers, kept):
    """The weights: kept ones, or new ones."""
    if kept is not None and kept.exists():
        with np.load(kept) as file:
            return dict(file)
    started = time.process_time()
    parameters = train(numbers, TRAINING_SEED)
    print(f"trained in {time.process_time() - started:.0f} s of processor time")
    if kept is not None:
        np.savez(kept, **parameters)
    return parameters


def check_export(net, parameters, tokens):
    """Read token by token, the exported model says what the trained one says of the whole text."""
    memory = Memory(net)
    whole = np.asarray(logits_of(parameters, tokens[None]))[0]
    for place, token in enumerate(tokens):
        found, logits, _ = memory.read(token)
        np.testing.assert_allclose(logits, whole[place][found], atol=2e-4)


if __name__ == "__main__":
    main()
