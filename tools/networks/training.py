"""Seeded training with Adam, in JAX on the processor."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np


def train(loss, parameters, batches, steps, rate=3e-3):
    """Minimises `loss(parameters, batch)`; `batches(step)` gives the data of a step."""
    b1, b2, epsilon = 0.9, 0.99, 1e-8
    zeros = jax.tree.map(jnp.zeros_like, parameters)

    @jax.jit
    def advance(parameters, first, second, step, batch):
        value, slopes = jax.value_and_grad(loss)(parameters, batch)
        first = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, first, slopes)
        second = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, second, slopes)
        now = rate * 0.5 * (1 + jnp.cos(jnp.pi * step / steps))

        def moved(p, m, v):
            mean, square = m / (1 - b1 ** (step + 1)), v / (1 - b2 ** (step + 1))
            return p - now * mean / (jnp.sqrt(square) + epsilon)

        return jax.tree.map(moved, parameters, first, second), first, second, value

    first, second = zeros, zeros
    for step in range(steps):
        parameters, first, second, value = advance(parameters, first, second, step, batches(step))
    return {name: np.asarray(array, np.float32) for name, array in parameters.items()}, float(value)


def cross_entropy(scores, labels):
    """Mean negative log-likelihood of the labels."""
    logs = jax.nn.log_softmax(scores, axis=-1)
    return -jnp.mean(jnp.take_along_axis(logs, labels[..., None], axis=-1))
