"""Measured conditional means: the mean of a value in each group, from sums and counts with noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evaluators.queries import conditional_means
from evaluators.queries.labels import span_label
from runs.synthesis.answered import Answered
from runs.synthesis.report.data import Means
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.days import day_text

_MOST_GROUPS = 24
_MOST_TABLES = 12


def means(answers: Sequence[Answered]) -> tuple[Means, ...]:
    """Returns the first few measured conditional means.

    Args:
        answers: of both tables.
    """
    asked = [answer for answer in answers if answer.query.kind == "conditional_means"]
    return tuple(_means(answer) for answer in asked[:_MOST_TABLES])


def _means(answer: Answered) -> Means:
    labels = answer.query.labeller
    assert isinstance(labels, conditional_means.MeanLabels)
    by, groups = labels.by, range(min(labels.by.num_groups, _MOST_GROUPS))
    codes = [np.flatnonzero(by.group_of == group) for group in groups]
    ours, noisy = (conditional_means.derived(answer.query, sums) for sums in (answer.ours, answer.noisy))
    names = tuple(span_label(by, int(found[0]), int(found[-1])) for found in codes)
    return Means(
        value=labels.value.name,
        by=by.name,
        labels=names,
        synthetic=tuple(_text(labels.value, ours[group]) for group in groups),
        measured=tuple(_text(labels.value, noisy[group]) for group in groups),
        more=by.num_groups - len(names),
    )


def _text(column: Column, mean: float) -> str:
    if np.isnan(mean):
        return "no rows"
    return day_text(round(mean)) if column.kind == "date" else f"{mean:.4g}"
