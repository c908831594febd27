"""Programs of a few operations, whose costs can be told by hand."""

from __future__ import annotations

from search_spaces.float32_functions.builder import Builder


def horner(degree):
    """A polynomial by Horner's scheme: as many fused multiply-adds as its degree, each waiting for the one before."""
    build = Builder()
    value = build.fixed(1.0)
    for power in range(degree):
        value = build("fma", value, build.x, 1.5 + power / 64)
    return build.program(value)


def division():
    """1 / (x * x + 1)."""
    build = Builder()
    return build.program(build.fixed(1.0) / build("fma", build.x, build.x, 1.0))
