"""A layer of a run: found by it, or a known one that it is compared with; writable, exportable, analysable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from search_spaces.norm_act_layers.formula import formula_latex, formula_text
from search_spaces.norm_act_layers.layer import Layer, decode

if TYPE_CHECKING:
    from evaluators.norm_act_layers.analysis import Analysis
    from runs.layers.run import LayersRun


@dataclass(frozen=True)
class FoundLayer:
    """A layer of a run.

    Attributes:
        name: the candidate's id in the evaluation table, or the name of a known layer.
        objectives: its figures on the search images by the objective's name; none of a known layer.
        genome: the encoded layer.
        run: the run that it belongs to.
    """

    name: str
    objectives: Mapping[str, float]
    genome: str
    run: LayersRun = field(repr=False)

    @property
    def id(self) -> int | None:
        """The candidate's id in the evaluation table; None of a known layer."""
        return int(self.name) if self.name.isdecimal() else None

    @property
    def layer(self) -> Layer:
        """The graph itself."""
        return decode(self.genome)

    @property
    def formula(self) -> str:
        """The formula on one line."""
        return formula_text(self.layer)

    @property
    def latex(self) -> str:
        """The formula for math mode."""
        return formula_latex(self.layer)

    @property
    def error(self) -> float | None:
        """The mean error in the networks on the search images; None of a known layer."""
        return self.run.job.figure(tuple(self.objectives.values())) if self.objectives else None

    def analyse(self) -> Analysis:
        """Returns what can be said of the layer without training it."""
        from evaluators.norm_act_layers.analysis import analyse

        return analyse(self.layer)

    def export(self, language: str, path: Path | str | None = None) -> Path:
        """Writes the layer as a module that imports nothing of Primordia, or as a formula.

        Args:
            language: flax, torch, keras, jax, latex, ...
            path: the file to create; by default in the run folder.

        Returns:
            the file, which was executed and compared with the evaluator before it was written.

        Raises:
            ValueError: when the file exists, the language is unknown or the comparison fails.
        """
        from runs.layers.exporting import export_layer

        return export_layer(self, language, None if path is None else Path(path))
