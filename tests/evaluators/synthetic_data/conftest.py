from collections.abc import Iterator

import jax
import pytest


@pytest.fixture
def doubles() -> Iterator[None]:
    """Kernels count in 64 bits, which JAX leaves off unless told otherwise."""
    with jax.enable_x64(True):
        yield
