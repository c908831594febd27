"""The lanes of a block: how a tensor is cut into blocks of whole samples, and averages within and over blocks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import lax

from primitives.moments import num_groups

_WIDE = 64
"""Lanes that are summed side by side at least, where the places can be halved so."""

_REPEATS = 16
"""Times that values are repeated in one step, at most."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """A tensor of shape (blocks, lanes), each block of whole samples, channels last.

    Attributes:
        num_blocks: of the tensor.
        samples: of a block.
        places: of a sample.
        channels: of a place.
        most: lanes that a row of code works on, where the tensor can be cut so; 0 for all of them.
    """

    num_blocks: int
    samples: int
    places: int
    channels: int
    most: int

    @property
    def whole(self) -> bool:
        """Whether the tensor is a single block, and never cut."""
        return not self.most

    @property
    def num_lanes(self) -> int:
        """Lanes of a block."""
        return self.samples * self.places * self.channels

    @property
    def narrow(self) -> int:
        """Lanes that elementwise rows work on at a time; they divide the lanes of a block."""
        return self.num_lanes if self.whole else max(n for n in range(1, self.most + 1) if self.num_lanes % n == 0)

    @property
    def positions(self) -> int:
        """Samples times places, of the whole tensor."""
        return self.num_blocks * self.samples * self.places

    def first_place(self, lanes: jax.Array) -> jax.Array:
        """Returns the channels of the first place, of shape (..., channels)."""
        return lanes[..., : self.channels]

    def average_c(self, lanes: jax.Array) -> jax.Array:
        """Averages over the channels of each place."""
        rows = lanes.reshape(-1, self.channels)
        return jnp.broadcast_to(_kept(rows.sum(1, keepdims=True)) / self.channels, rows.shape).reshape(-1)

    def spread(self, kind: jax.Array, vector: jax.Array, lanes: jax.Array) -> jax.Array:
        """Gives all places of a sample the same values: one of several ways to sum over places, compiled as one.

        Args:
            kind: place in :data:`evaluators.norm_act_layers.interpreter.opcodes.SPREAD`: a vector, of shape
                (channels,); averages over the places of each sample, over places and channels, over places and
                adjacent channels; or over samples and places, given the sums over all blocks.
            vector: of shape (channels,).
            lanes: of a block.
        """
        sums = self._sum_places(lanes)
        shape = sums.shape
        branches: list[Callable[[], jax.Array]] = [
            lambda: jnp.broadcast_to(vector, shape),
            lambda: sums / self.places,
            lambda: jnp.broadcast_to(sums.sum(1, keepdims=True) / (self.places * self.channels), shape),
            lambda: self._average_groups(sums),
            lambda: jnp.broadcast_to(sums.sum(0) / self.positions, shape),
        ]
        return self._spread(jnp.asarray(lax.switch(kind, branches)))

    def _average_groups(self, sums: jax.Array) -> jax.Array:
        groups = num_groups(self.channels)
        parts = sums.reshape(self.samples, groups, self.channels // groups)
        totals = parts.sum(2, keepdims=True) / (self.places * (self.channels // groups))
        return jnp.broadcast_to(totals, parts.shape).reshape(sums.shape)

    def _sum_places(self, lanes: jax.Array) -> jax.Array:
        """Returns sums of shape (samples, channels); halves are added, which keeps the compiler's vectors full."""
        rows = lanes.reshape(self.samples, -1)
        places = self.places
        while places % 2 == 0 and rows.shape[1] > _WIDE:
            places //= 2
            rows = _kept(rows[:, : places * self.channels] + rows[:, places * self.channels :])
        return _kept(rows.reshape(self.samples, places, self.channels).sum(1))

    def _spread(self, rows: jax.Array) -> jax.Array:
        """Repeats values of shape (samples, channels) for all places; in steps, as few large pieces are copied fast."""
        left = self.places
        while left > 1:
            repeats = max(n for n in range(1, _REPEATS + 1) if left % n == 0)
            if repeats == 1:
                return jnp.tile(rows, (1, left)).reshape(-1)
            rows = _kept(jnp.concatenate([rows] * repeats, 1))
            left //= repeats
        return rows.reshape(-1)


def _kept(value: jax.Array) -> jax.Array:
    """Makes the compiler compute a small array once, rather than anew for each of the many that read it."""
    return jnp.asarray(lax.optimization_barrier(value))  # type: ignore[no-untyped-call]


def split(shape: tuple[int, ...], most: int) -> Lanes:
    """Cuts a tensor of shape (batch, ...space..., channels) into blocks.

    Args:
        shape: of the tensor.
        most: lanes that a row of code works on, where the tensor can be cut so; 0 for all, in a single block.
    """
    batch, *space, channels = shape
    places = math.prod(space)
    sizes = [n for n in range(1, batch + 1) if batch % n == 0 and n * places * channels <= most]
    samples = max(sizes, default=1) if most else batch
    return Lanes(batch // samples, samples, places, channels, most)
