"""From a run to its report: reads the folder, analyses the layer, and writes the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evaluators.norm_act_layers.objectives import objectives
from runs.job.source import command
from runs.layers.job import NormActLayersJob
from runs.layers.problem import job_problem
from runs.layers.protocol_costs import protocol_costs
from runs.layers.ranking.transfer import read_transfers
from runs.layers.ranking.trial_file import read_trials
from runs.layers.report.comparisons import known_layers, rivals
from runs.layers.report.data import Candidate, Course, LayersData
from runs.layers.report.history import History, course_of, operators_of, read_history, trials_of
from runs.layers.report.meanings import meanings
from runs.layers.report.page import write_report
from runs.layers.report.rejections import read_rejections
from runs.layers.report.settings import settings
from runs.layers.report.shown_layer import shown_layer
from runs.layers.run import LayersRun


def write_run_report(run: LayersRun, against: Sequence[LayersRun] = ()) -> Path:
    """Writes report.html into a run folder and returns its path.

    Args:
        run: finished or not.
        against: other runs on the same images and in the same networks, whose courses are drawn beside this one's.

    Raises:
        ValueError: naming the file when a run is broken, when one cannot be compared, or when the disk is full.
    """
    write_report(gather(run, against), run.folder.report)
    return run.folder.report


def gather(run: LayersRun, against: Sequence[LayersRun] = ()) -> LayersData:
    """Returns what the report of a run shows; what the run has not come to is left out.

    Args:
        run: finished or not.
        against: other runs on the same images and in the same networks.

    Raises:
        ValueError: naming the file when a run is broken, or when one cannot be compared.
    """
    _require_comparable(run, against)
    job, manifest, progress = run.job, run.manifest, run.progress
    history, ranking, trainings = _history(run), run.ranking, read_trials(run.path)
    costs = protocol_costs(run.folder.evaluations)
    return LayersData(
        name=job.title,
        title=job_problem(job).title,
        run=run.name,
        seed=job.search.seed or 0,
        started=f"{manifest.start[:19].replace('T', ' ')} UTC on {manifest.host}",
        seconds=progress.seconds,
        stop_reason=run.status,
        candidates=progress.rows,
        counts=dict(progress.counts),
        networks=job.anchors.networks,
        command=command(job) or f"primordia search {run.path / 'run.toml'}",
        extras=tuple(name.replace("_", " ") for name in _objectives(job)[len(job.anchors.networks) :]),
        settings=settings(run),
        meanings=meanings(job),
        layer=shown_layer(run),
        ranking=ranking,
        rivals=rivals(ranking, trainings),
        scored=_scored(run, history),
        known=known_layers(ranking, trainings, job.anchors.networks),
        costs=costs,
        trials=trials_of(history),
        courses=_courses([run, *against], [history, *map(_history, against)]),
        operators=operators_of(history),
        transfers=read_transfers(run.path),
        rejections=read_rejections(run, trainings, costs, history.means.tolist()),
        versions=tuple(manifest.versions.items()),
    )


def _require_comparable(run: LayersRun, others: Sequence[LayersRun]) -> None:
    for other in others:
        for section in ("anchors", "training"):
            if getattr(other.job, section) != getattr(run.job, section):
                what = {"anchors": "in other networks", "training": "by another recipe"}[section]
                raise ValueError(
                    f"run {str(other.path)!r} trained {what} than {str(run.path)!r}; compare runs of equal ones"
                )
        if other.job.images.digest != run.job.images.digest:
            raise ValueError(
                f"run {str(other.path)!r} is on other images than {str(run.path)!r}; compare runs on the same"
            )


def _history(run: LayersRun) -> History:
    """Reads the course of a search in the errors of its networks."""
    errors = _objectives(run.job)[: len(run.job.anchors.networks)]
    return read_history(run.folder.evaluations, run.progress.rows, errors, run.progress.seconds)


def _objectives(job: NormActLayersJob) -> list[str]:
    return [objective.name for objective in objectives(job.anchors)]


def _scored(run: LayersRun, history: History) -> tuple[Candidate, ...]:
    """Returns the scored candidates, the least mean error first."""
    front = {found.id: found for found in run.front}
    networks = len(run.job.anchors.networks)
    means = history.means
    scored = []
    for place in sorted(range(len(means)), key=lambda place: (means[place], history.ids[place])):
        candidate = Candidate(str(history.ids[place]), tuple(history.errors[place].tolist()))
        found = front.get(int(history.ids[place]))
        if found is not None:
            extras = tuple(found.objectives.values())[networks:]
            candidate = replace(candidate, formula=found.formula, is_on_front=True, extras=extras)
        scored.append(candidate)
    return tuple(scored)


def _courses(runs: Sequence[LayersRun], histories: Sequence[History]) -> tuple[Course, ...]:
    """Returns the courses of several runs, named by strategy, by seed or folder too where these are equal."""
    labels = [_label(run) for run in runs]
    if len(set(labels)) < len(labels):
        labels = [f"{label}, seed {run.job.search.seed}" for label, run in zip(labels, runs, strict=True)]
    if len(set(labels)) < len(labels):
        labels = [f"{label}, {run.name}" for label, run in zip(labels, runs, strict=True)]
    return tuple(course_of(history, label) for history, label in zip(histories, labels, strict=True))


def _label(run: LayersRun) -> str:
    job = run.job
    parts = [job.selection.strategy, *([job.space.variation] if job.space.variation else [])]
    parts += ["without rejection"] if job.search.without_rejection else []
    return ", ".join(parts)
