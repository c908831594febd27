"""A run of a search for layers: its front across the networks, its images and every candidate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.budget import StopReason
from runs.folder.lookup import RowData, RowLookup, ancestors
from runs.layers.found_layer import FoundLayer
from runs.layers.job import NormActLayersJob
from runs.layers.problem import IMAGES_FILE
from runs.run import Run
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import encode

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from evaluators.norm_act_layers.images import Images
    from runs.layers.ranking.ranking import Ranking

BEST = "best"
"""Names the layer to use."""


class LayersRun(Run):
    """One run folder of a search for layers, open for reading."""

    kind = "norm_act_layers"

    @property
    def job(self) -> NormActLayersJob:
        """What the search was asked to do."""
        assert isinstance(self.manifest.job, NormActLayersJob)
        return self.manifest.job

    @property
    def images_path(self) -> Path:
        """The file of the prepared images."""
        return self.path / IMAGES_FILE

    @cached_property
    def images(self) -> Images:
        """The prepared images.

        Raises:
            ValueError: naming the file when it is missing, damaged or of another run.
        """
        from runs.layers.problem import kept_images

        return kept_images(self.job, self.images_path)

    @cached_property
    def front(self) -> tuple[FoundLayer, ...]:
        """The layers of the Pareto front across the networks, the least mean error first."""
        found = [self._found(row.id, row.objectives, row.genome) for row in self._front_file[1]]
        return tuple(sorted(found, key=lambda layer: (layer.error or 0.0, layer.name)))

    @cached_property
    def ranking(self) -> Ranking | None:
        """The best layers beside known ones, None where they were not ranked.

        Raises:
            ValueError: naming the file when trials.jsonl or holdout.json is broken.
        """
        from runs.layers.ranking.ranking import read_ranking

        return read_ranking(self.path)

    @property
    def needs_ranking(self) -> bool:
        """Whether the search has ended and found layers, but the ranking that its job asks for is not there."""
        reason = self.manifest.reason
        ended = bool(reason) and reason != StopReason.REQUEST and self.status == reason
        return ended and bool(self.job.ranking.finalists and self.front) and self.ranking is None

    def layer(self, which: int | str = BEST) -> FoundLayer:
        """Returns one layer.

        Args:
            which: a candidate's id, ``best``, or the name of a known layer such as ``evonorm_b0``.

        Raises:
            ValueError: when there is no such layer, or the candidate was not scored.
        """
        text = str(which).strip()
        if text == BEST:
            return self.best()
        if text in KNOWN_LAYERS:
            return FoundLayer(text, {}, encode(KNOWN_LAYERS[text]), self)
        if not text.isdecimal():
            known = ", ".join(KNOWN_LAYERS)
            raise ValueError(f"{text!r} is no layer; give the id of a candidate, {BEST}, or one of: {known}")
        return next((found for found in self.front if found.name == text), None) or self._from_table(int(text))

    def best(self) -> FoundLayer:
        """Returns the layer to use: the winner of the ranking, or before there is one, the least mean error.

        Raises:
            ValueError: when the front is empty.
        """
        if not self.front:
            raise ValueError(f"run {str(self.path)!r} has no layer yet; let it search longer: primordia resume")
        winner = self.ranking.winner if self.ranking else None
        return self.layer(winner.name) if winner else self.front[0]

    def lineage(self, which: int | str) -> list[RowData]:
        """Returns the rows of a layer and its ancestors in the evaluation table, youngest first.

        Raises:
            ValueError: as for :meth:`layer`, and for a known layer, which has none.
        """
        found = self.layer(which)
        if found.id is None:
            raise ValueError(f"{found.name} is a known layer without ancestors; give the id of a candidate")
        return ancestors(RowLookup(self.folder.evaluations), found.id)

    @property
    def headline(self) -> str:
        """What came of the search, in one line."""
        from runs.layers.view.run_view import headline

        return headline(self)

    def results(self) -> RenderableType | None:
        """Returns the protocols, the front and the ranking, None when no layer was scored."""
        from runs.layers.view.run_view import results

        return results(self) if self.front else None

    def view(self, which: str | None = None) -> RenderableType:
        """Returns what ``primordia show`` prints of the run, or of one layer.

        Args:
            which: as for :meth:`layer`; None for the run as a whole.

        Raises:
            ValueError: when there is no such layer, or it was not scored.
        """
        if which is None:
            from runs.layers.view.run_view import run_view

            return run_view(self)
        from runs.layers.view.layer_view import layer_view

        return layer_view(self.layer(which))

    def finish(self, console: Console | None = None) -> Iterator[tuple[str, str]]:
        """Ranks, exports and reports as the job asks; yields each step's name and what came of it.

        Args:
            console: where the trainings of the ranking are shown; None for nowhere.
        """
        from runs.layers.finishing import finish

        return finish(self, console)

    def report(self, against: Iterable[Path | str] = ()) -> Path:
        """Writes report.html and returns its path.

        Args:
            against: folders of other runs, such as random searches, to compare with.

        Raises:
            ValueError: when one of them is no run, broken, or of another kind.
        """
        from runs.layers.report.gather import write_run_report

        return write_run_report(self, [LayersRun(other) for other in against])

    def export(self, which: str | None, language: str, path: Path | str | None = None) -> Path:
        """Writes a layer as a module that imports nothing of Primordia, and returns the file.

        Args:
            which: as for :meth:`layer`; None for the best.
            language: one of :func:`runs.layers.export.languages`.
            path: the file to create; by default in the run folder.

        Raises:
            ValueError: when there is no such layer, the file exists or the language is unknown.
        """
        return self.layer(which or BEST).export(language, path)

    def _found(self, identity: int, objectives: tuple[float, ...], genome: str) -> FoundLayer:
        figures = {o.name: value for o, value in zip(self.objectives, objectives, strict=True)}
        return FoundLayer(str(identity), figures, genome, self)

    def _from_table(self, identity: int) -> FoundLayer:
        row = self.scored_row(identity)
        return self._found(identity, tuple(row[objective.name] for objective in self.objectives), row["genome"])
