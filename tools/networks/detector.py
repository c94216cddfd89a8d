"""A detector: several digits of scikit-learn in one picture, boxes and classes out of a grid of cells.

ONNX's NonMaxSuppression gives as many boxes as it finds, so validators refuse it. The network that
they take suppresses among the best `BOXES` with operators of fixed shape: a box goes when a better
one of its class covers most of it (Bolya et al., YOLACT, 2019, "Fast NMS").
"""

import jax
import jax.numpy as jnp
import numpy as np
from onnx import TensorProto
from sklearn.datasets import load_digits

from files import build, reference_cases, save, vector
from training import cross_entropy, train

SEED = 20250404
SIDE, DIGIT, CELLS, CLASSES = 32, 8, 8, 10
CELL = SIDE // CELLS
BOXES = 24
OVERLAP, LEAST = 0.4, 0.3
HELD_OUT = 297


def make():
    digits = load_digits()
    images = (digits.images / 16).astype(np.float32)
    seen = (images[:-HELD_OUT], digits.target[:-HELD_OUT])
    held_out = (images[-HELD_OUT:], digits.target[-HELD_OUT:])
    generator = np.random.default_rng(SEED)
    parameters, _ = train(
        _loss, _start(generator), lambda _: _scenes(seen, 24, generator), 1500, rate=5e-3
    )
    scenes = _scenes(held_out, 60, generator)
    print("detector: digits found in held-out pictures", _recall(parameters, scenes))
    model = _model(parameters, _fast_suppression(), _outputs())
    feeds = [{"picture": picture[None]} for picture in scenes[0][:4]]
    cases = reference_cases(model, feeds)
    refused = _model(parameters, _exact_suppression(), [("chosen", TensorProto.INT64, ["n", 3])])
    path = save("detector", model)
    return [
        vector("a detector that suppresses boxes", path, cases, rtol=1e-3, atol=1e-4),
        vector("a detector with NonMaxSuppression", save("detector-nms", refused), []),
    ]


def _scenes(source, count, generator):
    """Pictures with two to four digits, and for each cell its target: presence, box, class."""
    pictures = np.zeros((count, 1, SIDE, SIDE), np.float32)
    targets = np.zeros((count, CELLS, CELLS, 4), np.float32)
    for scene in range(count):
        taken = []
        for _ in range(generator.integers(2, 5)):
            place = generator.integers(0, SIDE - DIGIT, 2)
            if any(np.max(np.abs(place - other)) < DIGIT for other in taken):
                continue
            taken.append(place)
            row, column = place
            digit = generator.integers(0, len(source[0]))
            pictures[scene, 0, row : row + DIGIT, column : column + DIGIT] = source[0][digit]
            middle = (place + DIGIT / 2) / CELL
            cell = middle.astype(int)
            targets[scene, cell[0], cell[1]] = [1, *(middle - cell), source[1][digit]]
    return pictures, targets


def _start(generator):
    def normal(out, into, side):
        scale = (2 / (into * side * side)) ** 0.5
        return generator.normal(0, scale, (out, into, side, side)).astype(np.float32)

    parameters = {"w1": normal(16, 1, 3), "w2": normal(24, 16, 3), "w3": normal(32, 24, 5)}
    parameters["w4"] = normal(3 + CLASSES, 32, 1)
    for name, width in [("b1", 16), ("b2", 24), ("b3", 32), ("b4", 3 + CLASSES)]:
        parameters[name] = np.zeros(width, np.float32)
    return parameters


def _forward(p, pictures):
    def layer(x, n, pad):
        convolved = jax.lax.conv_general_dilated(x, p[f"w{n}"], (1, 1), [(pad, pad)] * 2)
        return convolved + p[f"b{n}"][:, None, None]

    def pooled(x):
        return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    x = pooled(jax.nn.relu(layer(pictures, 1, 1)))
    x = pooled(jax.nn.relu(layer(x, 2, 1)))
    return layer(jax.nn.relu(layer(x, 3, 2)), 4, 0).transpose(0, 2, 3, 1)


def _loss(p, batch):
    pictures, targets = batch
    found = _forward(p, pictures)
    present = targets[..., 0]
    presence = jnp.maximum(found[..., 0], 0) - found[..., 0] * present
    presence = jnp.mean(presence + jnp.log1p(jnp.exp(-jnp.abs(found[..., 0]))))
    moved = jnp.sum((jax.nn.sigmoid(found[..., 1:3]) - targets[..., 1:3]) ** 2, axis=-1)
    logs = jax.nn.log_softmax(found[..., 3:], axis=-1)
    labels = targets[..., 3].astype(int)
    classes = -jnp.take_along_axis(logs, labels[..., None], axis=-1)[..., 0]
    return 10 * presence + jnp.sum(present * (5 * moved + classes)) / jnp.sum(present)


def _recall(p, scenes):
    pictures, targets = scenes
    found = np.asarray(_forward(p, pictures))
    present = targets[..., 0] > 0
    right = (found[..., 0] > 0) & (np.argmax(found[..., 3:], axis=-1) == targets[..., 3])
    return round(float(np.mean(right[present])), 3)


def _outputs():
    return [
        ("boxes", TensorProto.FLOAT, [BOXES, 4]),
        ("scores", TensorProto.FLOAT, [BOXES]),
        ("labels", TensorProto.INT64, [BOXES]),
    ]


def _model(p, ending, outputs):
    rows, columns = np.mgrid[0:CELLS, 0:CELLS].astype(np.float32)
    cells = np.stack([rows.reshape(-1), columns.reshape(-1)], axis=1)
    weights = {
        **p,
        "cells": cells,
        "cell_size": np.array(CELL, np.float32),
        "half_box": np.array(DIGIT / 2, np.float32),
        "flat_shape": np.array([CELLS * CELLS, 3 + CLASSES], np.int64),
        "parts": np.array([1, 2, CLASSES], np.int64),
        "last": np.array([1], np.int64),
        **ending[1],
    }
    nodes = [
        ("Conv", ["picture", "w1", "b1"], ["c1"], {"pads": [1, 1, 1, 1]}),
        ("Relu", ["c1"], ["r1"], {}),
        ("MaxPool", ["r1"], ["p1"], {"kernel_shape": [2, 2], "strides": [2, 2]}),
        ("Conv", ["p1", "w2", "b2"], ["c2"], {"pads": [1, 1, 1, 1]}),
        ("Relu", ["c2"], ["r2"], {}),
        ("MaxPool", ["r2"], ["p2"], {"kernel_shape": [2, 2], "strides": [2, 2]}),
        ("Conv", ["p2", "w3", "b3"], ["c3"], {"pads": [2, 2, 2, 2]}),
        ("Relu", ["c3"], ["r3"], {}),
        ("Conv", ["r3", "w4", "b4"], ["grid"], {}),
        ("Transpose", ["grid"], ["grid_last"], {"perm": [0, 2, 3, 1]}),
        ("Reshape", ["grid_last", "flat_shape"], ["flat"], {}),
        ("Split", ["flat", "parts"], ["presence", "offsets", "classes"], {"axis": 1}),
        ("Sigmoid", ["presence"], ["presence_probs"], {}),
        ("Softmax", ["classes"], ["class_probs"], {"axis": 1}),
        ("Mul", ["presence_probs", "class_probs"], ["class_scores"], {}),
        ("Sigmoid", ["offsets"], ["moved"], {}),
        ("Add", ["cells", "moved"], ["middles_in_cells"], {}),
        ("Mul", ["middles_in_cells", "cell_size"], ["middles"], {}),
        ("Sub", ["middles", "half_box"], ["lower"], {}),
        ("Add", ["middles", "half_box"], ["upper"], {}),
        ("Concat", ["lower", "upper"], ["all_boxes"], {"axis": 1}),
        *ending[0],
    ]
    pictures = [("picture", TensorProto.FLOAT, [1, 1, SIDE, SIDE])]
    return build("detector", nodes, pictures, outputs, weights)


def _fast_suppression():
    """Nodes and constants: the best boxes; zeros where a better one covers a box or none is there."""
    nodes = [
        ("ReduceMax", ["class_scores"], ["cell_scores"], {"axes": [1], "keepdims": 0}),
        ("ArgMax", ["class_scores"], ["cell_labels"], {"axis": 1, "keepdims": 0}),
        ("TopK", ["cell_scores", "box_count"], ["best_scores", "best"], {}),
        ("Gather", ["all_boxes", "best"], ["best_boxes"], {}),
        ("Gather", ["cell_labels", "best"], ["best_labels"], {}),
        ("Unsqueeze", ["best_boxes", "first"], ["across"], {}),
        ("Unsqueeze", ["best_boxes", "last"], ["down"], {}),
        ("Split", ["across", "two_and_two"], ["across_lower", "across_upper"], {"axis": 2}),
        ("Split", ["down", "two_and_two"], ["down_lower", "down_upper"], {"axis": 2}),
        ("Max", ["across_lower", "down_lower"], ["shared_lower"], {}),
        ("Min", ["across_upper", "down_upper"], ["shared_upper"], {}),
        ("Sub", ["shared_upper", "shared_lower"], ["shared_signed"], {}),
        ("Relu", ["shared_signed"], ["shared_sides"], {}),
        ("ReduceProd", ["shared_sides"], ["shared"], {"axes": [2], "keepdims": 0}),
        ("Sub", ["two_areas", "shared"], ["joined"], {}),
        ("Div", ["shared", "joined"], ["overlaps"], {}),
        ("Unsqueeze", ["best_labels", "first"], ["labels_across"], {}),
        ("Unsqueeze", ["best_labels", "last"], ["labels_down"], {}),
        ("Equal", ["labels_across", "labels_down"], ["same_label"], {}),
        ("Cast", ["same_label"], ["same"], {"to": TensorProto.FLOAT}),
        ("Mul", ["overlaps", "same"], ["rivals"], {}),
        ("Trilu", ["rivals", "above"], ["better_rivals"], {"upper": 1}),
        ("ReduceMax", ["better_rivals"], ["worst_overlap"], {"axes": [0], "keepdims": 0}),
        ("Less", ["worst_overlap", "overlap_limit"], ["not_covered"], {}),
        ("Greater", ["best_scores", "least_score"], ["sure"], {}),
        ("And", ["not_covered", "sure"], ["kept"], {}),
        ("Where", ["kept", "best_scores", "nothing"], ["scores"], {}),
        ("Where", ["kept", "best_labels", "no_label"], ["labels"], {}),
        ("Unsqueeze", ["kept", "last"], ["kept_rows"], {}),
        ("Where", ["kept_rows", "best_boxes", "nothing"], ["boxes"], {}),
    ]
    constants = {
        "box_count": np.array([BOXES], np.int64),
        "first": np.array([0], np.int64),
        "two_and_two": np.array([2, 2], np.int64),
        "two_areas": np.array(2 * DIGIT * DIGIT, np.float32),
        "above": np.array(1, np.int64),
        "overlap_limit": np.array(OVERLAP, np.float32),
        "least_score": np.array(LEAST, np.float32),
        "nothing": np.array(0, np.float32),
        "no_label": np.array(-1, np.int64),
    }
    return nodes, constants


def _exact_suppression():
    """The same as exporters write it."""
    nodes = [
        ("Unsqueeze", ["all_boxes", "first"], ["batch_boxes"], {}),
        ("Transpose", ["class_scores"], ["scores_by_class"], {"perm": [1, 0]}),
        ("Unsqueeze", ["scores_by_class", "first"], ["batch_scores"], {}),
        (
            "NonMaxSuppression",
            ["batch_boxes", "batch_scores", "box_count", "overlap_limit", "least_score"],
            ["chosen"],
            {},
        ),
    ]
    constants = {
        "first": np.array([0], np.int64),
        "box_count": np.array([BOXES], np.int64),
        "overlap_limit": np.array([OVERLAP], np.float32),
        "least_score": np.array([LEAST], np.float32),
    }
    return nodes, constants
