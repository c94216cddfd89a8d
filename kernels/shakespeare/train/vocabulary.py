"""The tokens: the signs of the alphabet, and what pairs of tokens most often stand together.

Pairs are joined as byte-pair encoding does; text is then read by the longest token that fits, which
needs no list of the joins.
"""

import json
import re
from collections import Counter, defaultdict

from corpus import ALPHABET

SIZE = 512
# A token is a word with the blank before it, or signs and line ends that stand together.
PIECE = re.compile(r" ?[A-Za-z']+|[^A-Za-z' ]+| ")
LONGEST = 12


def build(text):
    """The tokens in the order in which they were found: equal texts give equal lists."""
    tokens = list(ALPHABET)
    pairs = _Pairs(Counter(PIECE.findall(text)))
    while len(tokens) < SIZE:
        left, right = pairs.join_most_frequent()
        tokens.append(left + right)
    return tokens


def to_json(tokens):
    """The file that inference code reads: a JSON list in UTF-8, a token a line."""
    return (json.dumps(tokens, indent=2, ensure_ascii=False) + "\n").encode()


def encode(text, tokens):
    """Numbers of the tokens, each the longest that fits at its place."""
    numbers = {token: number for number, token in enumerate(tokens)}
    known = {}
    result = []
    for piece in PIECE.findall(text):
        if piece not in known:
            known[piece] = _longest_matches(piece, numbers)
        result.extend(known[piece])
    return result


class _Pairs:
    """Pieces of text as lists of tokens, with how often each pair of neighbours occurs."""

    def __init__(self, pieces):
        self.pieces = [(list(piece), count) for piece, count in pieces.items()]
        self.counts = Counter()
        self.places = defaultdict(set)
        for index in range(len(self.pieces)):
            self._count(index, 1)

    def join_most_frequent(self):
        """Joins the most frequent pair wherever it stands; of equals the last in order."""
        pair = max(self.counts, key=lambda pair: (self.counts[pair], pair))
        for index in list(self.places[pair]):
            self._count(index, -1)
            _join(self.pieces[index][0], pair)
            self._count(index, 1)
        return pair

    def _count(self, index, sign):
        piece, count = self.pieces[index]
        for pair in zip(piece, piece[1:]):
            if len(pair[0]) + len(pair[1]) > LONGEST:
                continue
            self.counts[pair] += sign * count
            if sign > 0:
                self.places[pair].add(index)
            else:
                self.places[pair].discard(index)


def _join(piece, pair):
    at = 0
    while at < len(piece) - 1:
        if (piece[at], piece[at + 1]) == pair:
            piece[at : at + 2] = ["".join(pair)]
        at += 1


def _longest_matches(piece, numbers):
    result = []
    at = 0
    while at < len(piece):
        length = min(LONGEST, len(piece) - at)
        while piece[at : at + length] not in numbers:
            length -= 1
        result.append(numbers[piece[at : at + length]])
        at += length
    return result
