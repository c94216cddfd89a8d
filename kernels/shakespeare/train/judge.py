"""How well the held-out plays are foretold: bits for each character, the fewer the better."""

import pinned  # noqa: F401  (first: it fixes how jax calculates)
import jax
import numpy as np

from corpus import ALPHABET
from network import WINDOW, nats_of
from vocabulary import SIZE

ROWS = 16
STRIDE = WINDOW // 2


def network_bits(parameters, numbers, tokens):
    """Bits a character of the network, which sees at least half a window before each token.

    `numbers` are those of the text's tokens. The last ones, less than half a window, are left out.
    """
    nats = jax.jit(nats_of)
    starts = range(0, len(numbers) - WINDOW, STRIDE)
    rows = np.stack([numbers[start : start + WINDOW + 1] for start in starts])
    total = np.log(SIZE)  # the first token, of which nothing is known
    for first in range(0, len(rows), ROWS):
        costs = np.asarray(nats(parameters, rows[first : first + ROWS]), np.float64)
        total += costs[:, WINDOW - STRIDE :].sum()
        if first == 0:
            total += costs[0, : WINDOW - STRIDE].sum()
    judged = numbers[: 1 + WINDOW + STRIDE * (len(rows) - 1)]
    characters = sum(len(tokens[number]) for number in judged)
    return float(total / np.log(2) / characters)


def markov_bits(training, held_out, order):
    """Bits a character of a Markov model of characters, smoothed as Witten and Bell do."""
    learnt, judged = (np.array([ALPHABET.index(sign) for sign in text]) for text in (training, held_out))
    chance = np.full(len(judged), 1 / len(ALPHABET))
    for length in range(order + 1):
        grams, gram_counts = np.unique(_grams(learnt, length), return_counts=True)
        contexts, starts = np.unique(grams // len(ALPHABET), return_index=True)
        context_counts = np.add.reduceat(gram_counts, starts)
        kinds = np.diff(np.append(starts, len(grams)))
        wanted = _grams(judged, length)
        seen = _lookup(grams, gram_counts, wanted)
        before = _lookup(contexts, context_counts, wanted // len(ALPHABET))
        new = _lookup(contexts, kinds, wanted // len(ALPHABET))
        lower = chance[length:]
        chance[length:] = np.where(before > 0, (seen + new * lower) / np.maximum(before + new, 1), lower)
    return float(-np.log2(chance).mean())


def _grams(signs, length):
    """A number for each sign with the `length` ones before it."""
    count = len(signs) - length
    numbers = np.zeros(count, np.int64)
    for offset in range(length + 1):
        numbers = numbers * len(ALPHABET) + signs[offset : offset + count]
    return numbers


def _lookup(keys, values, wanted):
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], 0)
