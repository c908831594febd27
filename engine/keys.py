"""Explicit random keys: every random draw in Primordia comes from a key passed as an argument."""

from __future__ import annotations

import hashlib
import random


def fold_in(key: int, *data: int | str) -> int:
    """Derives a new 63-bit key from a key and any data, as ``jax.random.fold_in`` does for one integer.

    Args:
        key: the parent key.
        data: what sets the child apart from its siblings: an island, an epoch, a candidate id, a purpose.
    """
    text = "/".join(map(str, (key, *data)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def generator(key: int) -> random.Random:
    """Returns a generator seeded by a key."""
    return random.Random(key)
