"""What `infer.js` does, once more in Python: the exported models, and the noise of the sandbox.

The vectors hold texts that this file wrote; the sandbox has to come to the same.
"""

import hashlib
import math
import struct

import numpy as np
from onnx.reference import ReferenceEvaluator

from network import HEAD_WIDTH, HEADS, LAYERS, WINDOW
from vocabulary import encode

TEMPERATURE = 0.8
NEVER = 1e9


class Writer:
    """Writes texts with the exported model."""

    def __init__(self, model, tokens):
        self.net = ReferenceEvaluator(model)
        self.tokens = tokens

    def write(self, prompt, count, seed):
        """`count` tokens after the prompt, drawn by a seed of 32 bytes."""
        noise = _gumbel_noise(seed)
        memory = Memory(self.net)
        for token in encode(prompt, self.tokens):
            candidates, logits, _ = memory.read(token)
        written = []
        for _ in range(count):
            noisy = [float(logit) / TEMPERATURE + next(noise) for logit in logits]
            token = int(candidates[noisy.index(max(noisy))])
            written.append(self.tokens[token])
            candidates, logits, _ = memory.read(token)
        return "".join(written)


class Memory:
    """Keys and values of the tokens before, as the caller of the network keeps them."""

    def __init__(self, net):
        self.net = net
        names = [f"{layer}.{part}" for layer in range(LAYERS) for part in ("keys", "values")]
        self.caches = {name: np.zeros((HEADS, WINDOW, HEAD_WIDTH), np.float32) for name in names}
        self.ages = np.full((1, 1, WINDOW), NEVER, np.float32)
        self.slot = 0

    def read(self, token):
        """The candidates for the next token, their logits, and what was remembered."""
        inputs = {"token": np.array([token], np.int64), "ages": self.ages, **self.caches}
        tokens, logits, entry = self.net.run(["tokens", "logits", "entry"], inputs)
        for part, cache in enumerate(self.caches.values()):
            cache[:, self.slot] = entry[:, part]
        self.ages += 1
        self.ages[0, 0, self.slot] = 1
        self.slot = (self.slot + 1) % WINDOW
        return tokens, logits, entry


def _gumbel_noise(seed):
    """Numbers of the standard Gumbel distribution, two random words for each."""
    words = _random_words(seed)
    while True:
        high, low = next(words) >> 6, next(words) >> 6
        yield -math.log(-math.log((high * 67108864 + low + 0.5) / 4503599627370496))


def _random_words(seed):
    """Words of the blocks H("aivm/random/v1", seed, counter), little-endian."""
    counter = 0
    while True:
        fields = (b"aivm/random/v1", seed, struct.pack(">Q", counter))
        block = b"".join(struct.pack(">I", len(field)) + field for field in fields)
        yield from struct.unpack("<8I", hashlib.sha256(block).digest())
        counter += 1
