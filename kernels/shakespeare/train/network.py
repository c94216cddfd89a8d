"""A small transformer over tokens, trained with jax.

Four layers of causal attention and of a network with one hidden layer, each behind a normalisation
and beside a residual connection. Positions are told by distance alone (ALiBi: Press et al., 2022),
so nothing is learnt for a place and old tokens can be forgotten one by one.
"""

import pinned  # noqa: F401  (first: it fixes how jax calculates)
import time

import jax
import jax.numpy as jnp
import numpy as np

from vocabulary import SIZE

WIDTH = 96
LAYERS = 4
HEADS = 4
HEAD_WIDTH = WIDTH // HEADS
HIDDEN = 4 * WIDTH
WINDOW = 128
EPSILON = 1e-5
SLOPES = tuple(2.0 ** (-2 * (head + 1)) for head in range(HEADS))

BATCH = 8
STEPS = 2000
WARM_UP = 100
PEAK_RATE = 4e-3
FINAL_RATE = 2e-4
WEIGHT_DECAY = 0.1
BETA1, BETA2 = 0.9, 0.98
LARGEST_NORM = 1.0


def initial_parameters(seed):
    """Small normal weights; those that write into the residual stream smaller still."""
    rng = np.random.default_rng(seed)

    def normal(deviation, *shape):
        return (rng.standard_normal(shape) * deviation).astype(np.float32)

    parameters = {"embedding": normal(0.05, SIZE, WIDTH), "final.scale": np.ones(WIDTH, np.float32)}
    inward, outward = WIDTH**-0.5, (2 * LAYERS) ** -0.5
    for layer in range(LAYERS):
        own = {
            "attention.scale": np.ones(WIDTH, np.float32),
            "query": normal(inward, WIDTH, WIDTH),
            "key": normal(inward, WIDTH, WIDTH),
            "value": normal(inward, WIDTH, WIDTH),
            "mixed": normal(inward * outward, WIDTH, WIDTH),
            "hidden.scale": np.ones(WIDTH, np.float32),
            "hidden": normal(inward, WIDTH, HIDDEN),
            "shown": normal(HIDDEN**-0.5 * outward, HIDDEN, WIDTH),
        }
        parameters |= {f"{layer}.{name}": value for name, value in own.items()}
    return parameters


def logits_of(parameters, tokens):
    """Logits of what follows each token of each row: [rows, length] to [rows, length, SIZE]."""
    rows, length = tokens.shape
    place = jnp.arange(length)
    distance = place[:, None] - place[None, :]
    slopes = jnp.array(SLOPES, jnp.float32)[:, None, None]
    bias = jnp.where(distance >= 0, -slopes * distance, -1e9)
    stream = parameters["embedding"][tokens]
    for layer in range(LAYERS):
        own = {name: parameters[f"{layer}.{name}"] for name in LAYER_PARTS}
        entering = normalised(stream, own["attention.scale"])
        query, key, value = (
            (entering @ own[name]).reshape(rows, length, HEADS, HEAD_WIDTH).transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) * HEAD_WIDTH**-0.5 + bias
        seen = jax.nn.softmax(scores, axis=-1) @ value
        stream += seen.transpose(0, 2, 1, 3).reshape(rows, length, WIDTH) @ own["mixed"]
        hidden = jnp.maximum(normalised(stream, own["hidden.scale"]) @ own["hidden"], 0)
        stream += (hidden * hidden) @ own["shown"]
    return normalised(stream, parameters["final.scale"]) @ parameters["embedding"].T


LAYER_PARTS = (
    "attention.scale",
    "query",
    "key",
    "value",
    "mixed",
    "hidden.scale",
    "hidden",
    "shown",
)


def normalised(stream, scale):
    """Layer normalisation without an offset."""
    centred = stream - stream.mean(axis=-1, keepdims=True)
    variance = (centred * centred).mean(axis=-1, keepdims=True)
    return centred / jnp.sqrt(variance + EPSILON) * scale


def nats_of(parameters, tokens):
    """Nats that each token after the first of a row takes, given those before it."""
    logits = logits_of(parameters, tokens[:, :-1])
    chosen = jnp.take_along_axis(logits, tokens[:, 1:, None], axis=-1)[..., 0]
    return jax.nn.logsumexp(logits, axis=-1) - chosen


def train(tokens, seed, steps=STEPS):
    """Parameters after `steps` steps of Adam on random windows of the text."""
    rng = np.random.default_rng(seed)
    parameters = initial_parameters(seed)
    first = {name: jnp.zeros_like(value) for name, value in parameters.items()}
    second = dict(first)
    started = time.monotonic()
    mean = 0.0
    for step in range(steps):
        starts = rng.integers(0, len(tokens) - WINDOW - 1, BATCH)
        rows = np.stack([tokens[start : start + WINDOW + 1] for start in starts])
        rate = _rate(step, steps)
        parameters, first, second, loss = _adam(parameters, first, second, rows, rate, step + 1.0)
        mean += float(loss) / 100
        if step % 100 == 99:
            seconds = time.monotonic() - started
            print(f"step {step + 1} of {steps}: {mean:.3f} nats a token, {seconds:.0f} s", flush=True)
            mean = 0.0
    return {name: np.asarray(value) for name, value in parameters.items()}


def _rate(step, steps):
    if step < WARM_UP:
        return PEAK_RATE * (step + 1) / WARM_UP
    along = (step - WARM_UP) / max(1, steps - WARM_UP)
    return FINAL_RATE + (PEAK_RATE - FINAL_RATE) * 0.5 * (1 + float(np.cos(np.pi * along)))


@jax.jit
def _adam(parameters, first, second, rows, rate, count):
    """One step of Adam with decoupled weight decay on matrices and a bound on the gradient."""
    loss, gradients = jax.value_and_grad(lambda own: nats_of(own, rows).mean())(parameters)
    norm = jnp.sqrt(sum((gradient**2).sum() for gradient in gradients.values()))
    bound = jnp.minimum(1.0, LARGEST_NORM / (norm + 1e-6))
    moved, first_moved, second_moved = {}, {}, {}
    for name, value in parameters.items():
        gradient = gradients[name] * bound
        first_moved[name] = BETA1 * first[name] + (1 - BETA1) * gradient
        second_moved[name] = BETA2 * second[name] + (1 - BETA2) * gradient**2
        mean = first_moved[name] / (1 - BETA1**count)
        deviation = jnp.sqrt(second_moved[name] / (1 - BETA2**count))
        decay = WEIGHT_DECAY if value.ndim == 2 and name != "embedding" else 0.0
        moved[name] = value - rate * (mean / (deviation + 1e-8) + decay * value)
    return moved, first_moved, second_moved, loss
