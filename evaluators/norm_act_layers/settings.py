"""Settings of the evaluation of layers, free of JAX so that a driver can read them without importing it."""

from __future__ import annotations

import math
from dataclasses import dataclass

TRAINING_FREE = ("input", "spatial", "finite", "gain", "nonlinear", "gradient", "scale", "duplicate")
"""The training-free protocols, cheapest first: the order in which they run."""


@dataclass(frozen=True, slots=True)
class ProtocolsConfig:
    """What the training-free protocols let pass; a figure on a threshold passes.

    The bounds are wide: they turn away what cannot train, and leave what may be bad to the protocols that train it.
    Of 60 random layers beyond them, 2 reached an accuracy of 20 % within 100 steps of a residual network of 7 places
    on 8x8 CIFAR-10, and neither 21 %; of 19 within them 5 did, and up to 36 %.

    Attributes:
        training_free: the protocols that run, by name, in any order; a protocol left out turns nothing away.
        min_spatial: least root mean square deviation of the output within an image, over that of the whole output.
            Rounding alone makes about 1e-7, and 1e-6 where values cancel.
        min_gain: least standard deviation of the output over that of the input.
        max_gain: greatest of the same.
        min_gradient: least norm of the loss gradient behind the layer over that before it.
        max_gradient: greatest of the same.
        min_nonlinearity: least share of the output's variance that gamma * x + beta, fitted to a batch, does not
            explain. The linear layers measure 1e-12 or less; 1e-6 is a deviation of 0.1 % of the output's own.
        max_growth: greatest degree d with which the output grows, like the input's scale to the power d, or to -d where
            the input becomes small; degrees multiply from layer to layer. Of 39 random layers beyond it that were
            trained like those above, 36 became NaN and none learned.
    """

    training_free: tuple[str, ...] = TRAINING_FREE
    min_spatial: float = 1e-5
    min_gain: float = 1e-3
    max_gain: float = 1e3
    min_gradient: float = 1e-3
    max_gradient: float = 1e3
    min_nonlinearity: float = 1e-6
    max_growth: float = 1.35

    def __post_init__(self) -> None:
        object.__setattr__(self, "training_free", tuple(self.training_free))
        for name in self.training_free:
            if name not in TRAINING_FREE:
                raise ValueError(
                    f"training_free has the unknown protocol {name!r}; use some of: {', '.join(TRAINING_FREE)}"
                )
        for name in ("min_spatial", "min_gain", "max_gain", "min_gradient", "max_gradient", "min_nonlinearity"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise ValueError(f"{name} must be a finite number, 0 or more, not {value}")
        if not math.isfinite(self.max_growth):
            raise ValueError(f"max_growth must be a finite number, not {self.max_growth}")
        for least, most in (("min_gain", "max_gain"), ("min_gradient", "max_gradient")):
            if getattr(self, least) >= getattr(self, most):
                raise ValueError(
                    f"{least} must be less than {most}, not {getattr(self, least)} to {getattr(self, most)}"
                )
