"""A small classifier with dropout, trained in plain numpy.

At run time dropout stays on: every random mask over the hidden units is one sub-network.
"""

import pinned  # noqa: F401  (first: it fixes how numpy calculates)
import numpy as np

FEATURES = 4
HIDDEN = 16
CLASSES = 3
KEEP = 0.75  # probability that a hidden unit takes part

STEPS = 1000
LEARNING_RATE = 1e-2
WEIGHT_DECAY = 0.2


def train(measurements, labels, seed):
    """Fits standardised measurements with Adam; gives parameters that take centimetres."""
    rng = np.random.default_rng(seed)
    mean, deviation = measurements.mean(axis=0), measurements.std(axis=0)
    features = (measurements - mean) / deviation
    parameters = {
        "hidden.weight": rng.standard_normal((FEATURES, HIDDEN)) * np.sqrt(2 / FEATURES),
        "hidden.bias": np.zeros(HIDDEN),
        "scores.weight": rng.standard_normal((HIDDEN, CLASSES)) * np.sqrt(1 / HIDDEN),
        "scores.bias": np.zeros(CLASSES),
    }
    optimiser = Adam(parameters)
    for step in range(STEPS):
        masks = draw_masks(rng, len(features))
        rate = LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        optimiser.step(loss_gradients(parameters, features, labels, masks), rate)
    return _in_centimetres(parameters, mean, deviation)


def draw_masks(rng, count):
    """Random sub-networks: 0 for a unit left out, 1 / KEEP for one that takes part."""
    return (rng.random((count, HIDDEN)) < KEEP) / KEEP


def predict(parameters, measurements, masks):
    """Probabilities of the classes; measurements and masks broadcast against each other."""
    hidden = np.maximum(measurements @ parameters["hidden.weight"] + parameters["hidden.bias"], 0)
    return _softmax((hidden * masks) @ parameters["scores.weight"] + parameters["scores.bias"])


def loss_gradients(parameters, features, labels, masks):
    """Gradients of the mean cross-entropy, by the name of the parameter."""
    entering = features @ parameters["hidden.weight"] + parameters["hidden.bias"]
    hidden = np.maximum(entering, 0) * masks
    d_scores = _softmax(hidden @ parameters["scores.weight"] + parameters["scores.bias"])
    d_scores[np.arange(len(labels)), labels] -= 1
    d_scores /= len(labels)
    d_entering = (d_scores @ parameters["scores.weight"].T) * masks * (entering > 0)
    return {
        "hidden.weight": features.T @ d_entering,
        "hidden.bias": d_entering.sum(axis=0),
        "scores.weight": hidden.T @ d_scores,
        "scores.bias": d_scores.sum(axis=0),
    }


class Adam:
    """Adam with decoupled weight decay on weights, not on biases."""

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, parameters):
        self.parameters = parameters
        self.first = {name: np.zeros_like(value) for name, value in parameters.items()}
        self.second = {name: np.zeros_like(value) for name, value in parameters.items()}
        self.steps = 0

    def step(self, gradients, rate):
        self.steps += 1
        for name, value in self.parameters.items():
            gradient = gradients[name]
            self.first[name] += (1 - self.BETA1) * (gradient - self.first[name])
            self.second[name] += (1 - self.BETA2) * (gradient * gradient - self.second[name])
            mean = self.first[name] / (1 - self.BETA1**self.steps)
            deviation = np.sqrt(self.second[name] / (1 - self.BETA2**self.steps))
            decay = WEIGHT_DECAY if name.endswith(".weight") else 0
            value -= rate * (mean / (deviation + self.EPSILON) + decay * value)


def _in_centimetres(parameters, mean, deviation):
    """Moves the standardisation into the first layer and rounds to float32."""
    weight = parameters["hidden.weight"] / deviation[:, None]
    bias = parameters["hidden.bias"] - mean @ weight
    folded = {**parameters, "hidden.weight": weight, "hidden.bias": bias}
    return {name: value.astype(np.float32) for name, value in folded.items()}


def _softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
