"""Writes ../vectors: what `infer.js` does, once more in Python on ONNX's reference evaluator.

    python vectors.py

Model and vocabulary are those of `kernels/shakespeare`, whose `train/` says how they came to be.
"""

import json
import sys
from pathlib import Path

import numpy as np
from onnx.reference import ReferenceEvaluator

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "shakespeare" / "train"))

from vocabulary import encode  # noqa: E402
from writer import Memory, TEMPERATURE  # noqa: E402

MILLION = 1_000_000
KERNEL_FOLDER = HERE.parent
# The last one is the longest: tokens of one sign each, and as many as the network remembers.
PROMPTS = {
    "juliet": "JULIET:\nO Romeo,",
    "line-end": "\n",
    "one": "To be, or not to",
    "rare-signs": "QZ" * 64,
}


def probabilities(net, tokens, prompt):
    """Millionths in the order of the vocabulary, of the forty most probable tokens."""
    memory = Memory(net)
    for token in encode(prompt, tokens):
        candidates, logits, _ = memory.read(token)
    scaled = (logits.astype(np.float64) - logits.max()) / TEMPERATURE
    exponentials = np.exp(scaled)
    found = np.zeros(len(tokens), np.int64)
    found[candidates] = np.rint(exponentials / exponentials.sum() * MILLION).astype(np.int64)
    return found


def main():
    net = ReferenceEvaluator((KERNEL_FOLDER / "model.onnx").read_bytes())
    tokens = json.loads((KERNEL_FOLDER / "vocabulary.json").read_text())
    for name, prompt in PROMPTS.items():
        probs = [int(value) for value in probabilities(net, tokens, prompt)]
        vector = {"input": {"prompt": prompt}, "expect": {"probs": probs}}
        path = KERNEL_FOLDER / "vectors" / f"{name}.json"
        path.write_text(json.dumps(vector) + "\n")
        print(name, sum(probs), max(probs))


if __name__ == "__main__":
    main()
