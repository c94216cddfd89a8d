"""The network and its training in plain numpy: two convolutions, one pooling, two dense layers.

Tensors are float32 and channels-last: [images, rows, columns, channels].
"""

import pinned  # noqa: F401  (first: it fixes how numpy calculates)
import numpy as np

from augment import augment

CHANNELS = (16, 24)
HIDDEN = 48
CLASSES = 10
KERNEL = 3
POOLED = 4  # rows and columns after pooling

EPOCHS = 100
BATCH = 32
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-4
DROPOUT = 0.15


def initial_parameters(rng):
    """He-normal weights and zero biases, by name."""
    flat = POOLED * POOLED * CHANNELS[1]
    shapes = {
        "conv1": (KERNEL * KERNEL, CHANNELS[0]),
        "conv2": (KERNEL * KERNEL * CHANNELS[0], CHANNELS[1]),
        "dense1": (flat, HIDDEN),
        "dense2": (HIDDEN, CLASSES),
    }
    parameters = {}
    for name, (fan_in, fan_out) in shapes.items():
        weights = rng.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)
        parameters[f"{name}.weight"] = weights.astype(np.float32)
        parameters[f"{name}.bias"] = np.zeros(fan_out, np.float32)
    return parameters


def train(images, labels, seed):
    """Fits the network with Adam under a falling learning rate; gives its parameters."""
    rng = np.random.default_rng(seed)
    parameters = initial_parameters(rng)
    optimiser = Adam(parameters)
    steps_per_epoch = -(-len(images) // BATCH)
    for epoch in range(EPOCHS):
        order = rng.permutation(len(images))
        for step in range(steps_per_epoch):
            batch = order[step * BATCH : (step + 1) * BATCH]
            done = (epoch * steps_per_epoch + step) / (EPOCHS * steps_per_epoch)
            rate = LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * done))
            gradients = loss_gradients(parameters, augment(images[batch], rng), labels[batch], rng)
            optimiser.step(gradients, rate)
    return parameters


def predict(parameters, images):
    """Class probabilities, float32 [images, 10]."""
    return softmax(forward(parameters, images)["scores"])


def forward(parameters, images, dropout=None):
    """Every intermediate tensor of one pass, for the backward pass to use."""
    p = parameters
    columns1 = _patches(images)
    relu1 = np.maximum(columns1 @ p["conv1.weight"] + p["conv1.bias"], 0)
    columns2 = _patches(relu1)
    relu2 = np.maximum(columns2 @ p["conv2.weight"] + p["conv2.bias"], 0)
    windows = _windows(relu2)
    flat = windows.max(axis=3).reshape(len(images), -1)
    hidden = np.maximum(flat @ p["dense1.weight"] + p["dense1.bias"], 0)
    if dropout is not None:
        hidden = hidden * dropout
    return {
        "columns1": columns1,
        "relu1": relu1,
        "columns2": columns2,
        "relu2": relu2,
        "windows": windows,
        "flat": flat,
        "hidden": hidden,
        "scores": hidden @ p["dense2.weight"] + p["dense2.bias"],
    }


def loss_gradients(parameters, images, labels, rng):
    """Gradients of the mean cross-entropy, by the name of the parameter."""
    kept = rng.random((len(images), HIDDEN)) >= DROPOUT
    dropout = kept.astype(np.float32) / np.float32(1 - DROPOUT)
    seen = forward(parameters, images, dropout)
    d_scores = softmax(seen["scores"])
    d_scores[np.arange(len(labels)), labels] -= 1
    d_scores /= np.float32(len(labels))
    gradients = {}

    d_hidden = _dense_back(gradients, "dense2", parameters, seen["hidden"], d_scores)
    d_hidden = d_hidden * dropout * (seen["hidden"] > 0)
    d_flat = _dense_back(gradients, "dense1", parameters, seen["flat"], d_hidden)
    d_relu2 = _pool_back(seen["windows"], d_flat) * (seen["relu2"] > 0)
    d_columns2 = _dense_back(gradients, "conv2", parameters, seen["columns2"], d_relu2)
    d_relu1 = _patches_back(d_columns2, CHANNELS[0]) * (seen["relu1"] > 0)
    _dense_back(gradients, "conv1", parameters, seen["columns1"], d_relu1)
    return gradients


def softmax(scores):
    """Probabilities along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


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
            value -= (rate * (mean / (deviation + self.EPSILON) + decay * value)).astype(np.float32)


def _patches(images):
    """The 3x3 neighbourhood of every pixel, in the order row, column, channel of the kernel."""
    rows, columns = images.shape[1:3]
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    parts = [
        padded[:, y : y + rows, x : x + columns] for y in range(KERNEL) for x in range(KERNEL)
    ]
    return np.concatenate(parts, axis=3)


def _patches_back(gradient, channels):
    """Adds the gradient of every neighbourhood back to the pixels it was taken from."""
    count, rows, columns, _ = gradient.shape
    padded = np.zeros((count, rows + 2, columns + 2, channels), np.float32)
    for place in range(KERNEL * KERNEL):
        y, x = divmod(place, KERNEL)
        part = gradient[..., place * channels : (place + 1) * channels]
        padded[:, y : y + rows, x : x + columns] += part
    return padded[:, 1:-1, 1:-1]


def _windows(images):
    """[n, 8, 8, c] as [n, 4, 4, 4, c]: the four pixels of every 2x2 window."""
    count, _, _, channels = images.shape
    split = images.reshape(count, POOLED, 2, POOLED, 2, channels)
    return split.transpose(0, 1, 3, 2, 4, 5).reshape(count, POOLED, POOLED, 4, channels)


def _pool_back(windows, d_flat):
    """Passes the gradient to the first largest pixel of every window."""
    count, _, _, _, channels = windows.shape
    chosen = windows.argmax(axis=3)[:, :, :, None]
    spread = np.zeros_like(windows)
    gradient = d_flat.reshape(count, POOLED, POOLED, 1, channels)
    np.put_along_axis(spread, chosen, gradient, axis=3)
    split = spread.reshape(count, POOLED, POOLED, 2, 2, channels).transpose(0, 1, 3, 2, 4, 5)
    return split.reshape(count, 2 * POOLED, 2 * POOLED, channels)


def _dense_back(gradients, name, parameters, entering, leaving):
    """Stores the gradients of one weight and bias; gives the gradient of what entered."""
    weight = parameters[f"{name}.weight"]
    flat = leaving.reshape(-1, leaving.shape[-1])
    gradients[f"{name}.weight"] = entering.reshape(-1, weight.shape[0]).T @ flat
    gradients[f"{name}.bias"] = flat.sum(axis=0)
    return leaving @ weight.T
