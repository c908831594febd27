"""How one array library writes what a layer does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from primitives.tensor_primitive import TensorPrimitive


@dataclass(frozen=True, slots=True)
class Dialect:
    """The expressions of a library; ``{0}`` stands for a value.

    Values have the axes (batch, space, channels); those of the batch and trained vectors have the channels alone.

    Attributes:
        notation: the attribute of a tensor operation's row that is its expression: ``torch``.
        affine: the names of gamma and beta.
        parameter: how the body reads the parameter named ``{0}``.
        constant: a number as a tensor.
        statistics: expression of each statistic over ``{axes}``, which are kept with length 1.
        batch_statistics: expression of each statistic over the batch and the space, which are dropped.
        square: the square of a value.
        root: the root of a value plus the epsilon.
        lift: a value of the channels alone, or a single number, with all three axes.
        broadcast: a value with the shape of x.
        running: lines that set ``{value}`` to ``{batch}``, with which they update the running statistic ``{name}``, or
            at inference to the running one.
    """

    notation: str
    affine: tuple[str, str]
    parameter: str
    constant: str
    statistics: Mapping[str, str]
    batch_statistics: Mapping[str, str]
    square: str
    root: str
    lift: str
    broadcast: str
    running: tuple[str, ...]

    def template(self, row: TensorPrimitive) -> str:
        """Returns the expression of an operation, with a place for each operand."""
        template: str = getattr(row, self.notation)
        return template
