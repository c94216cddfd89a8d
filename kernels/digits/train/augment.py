"""Small random rotations, scalings and shifts of 8x8 images."""

import pinned  # noqa: F401  (first: it fixes how numpy calculates)
import numpy as np

SIDE = 8
MAX_ROTATION = np.deg2rad(12)
MAX_SCALING = 0.12
MAX_SHIFT = 0.6  # pixels


def augment(images, rng):
    """Moves every image by its own random affine map. images: float32 [n, 8, 8, 1] in 0..1."""
    rows, columns = _source_coordinates(len(images), rng)
    return _bilinear(images, rows, columns)


def _source_coordinates(count, rng):
    """For every target pixel of every image, the place in the source it comes from."""
    angle = rng.uniform(-MAX_ROTATION, MAX_ROTATION, (count, 1, 1))
    scale = rng.uniform(1 - MAX_SCALING, 1 + MAX_SCALING, (2, count, 1, 1))
    shift = rng.uniform(-MAX_SHIFT, MAX_SHIFT, (2, count, 1, 1))
    centre = (SIDE - 1) / 2
    y, x = np.mgrid[0:SIDE, 0:SIDE] - centre
    rows = (np.cos(angle) * y - np.sin(angle) * x) * scale[0] + centre + shift[0]
    columns = (np.sin(angle) * y + np.cos(angle) * x) * scale[1] + centre + shift[1]
    return rows, columns


def _bilinear(images, rows, columns):
    """Samples between pixels; outside the image there is background (0)."""
    padded = np.pad(images[..., 0], ((0, 0), (1, 1), (1, 1)))
    rows = np.clip(rows + 1, 0, SIDE + 1)
    columns = np.clip(columns + 1, 0, SIDE + 1)
    top = np.minimum(rows.astype(np.int64), SIDE)
    left = np.minimum(columns.astype(np.int64), SIDE)
    down, right = rows - top, columns - left
    image = np.arange(len(images))[:, None, None]
    upper = padded[image, top, left] * (1 - right) + padded[image, top, left + 1] * right
    lower = padded[image, top + 1, left] * (1 - right) + padded[image, top + 1, left + 1] * right
    return (upper * (1 - down) + lower * down).astype(np.float32)[..., None]
