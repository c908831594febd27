import dataclasses
import math

import pytest

from runs.report.data import Rival
from runs.report.text import TIMES, best_rival, duration_text, headline, operations_text, ratio_text, work_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.25, "0.25 s"), (42.4, "42.4 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (7384, "2 h 3 min")],
)
def test_durations_have_two_units(seconds, text):
    assert duration_text(seconds) == text


def test_the_best_rival_needs_no_more_operations_and_is_a_minimax_one(data):
    rivals = (Rival("polynomial", 4, 1e-3), Rival("rational", 3, 1e-2), Rival("random programs", 4, 1e-9),
              Rival("continued fraction", 5, 1e-12))  # fmt: skip
    entry = next(entry for entry in data.entries if entry.program.operations == 4)
    assert best_rival(dataclasses.replace(data, rivals=rivals), entry) == rivals[0]
    assert best_rival(dataclasses.replace(data, rivals=()), entry) is None


@pytest.mark.parametrize(
    ("error", "text", "class_"),
    [(1e-3, "equal", "equal"), (2.5e-4, "4x better", "better"), (2e-3, "2x worse", "worse"),
     (1e-9, "1,000,000x better", "better"), (math.inf, "—", "equal"), (0.0, "—", "equal")],
)  # fmt: skip
def test_programs_are_compared_by_the_ratio_of_errors(data, error, text, class_):
    entry = dataclasses.replace(data.entries[2], measured_error=error)
    report = dataclasses.replace(data, rivals=(Rival("polynomial", 4, 1e-3),))
    assert ratio_text(report, entry) == (text.replace("x ", f"{TIMES} "), class_)


def test_counts_agree_with_their_noun(data):
    assert [operations_text(n) for n in (1, 2)] == ["1 operation", "2 operations"]
    assert headline(data).endswith("7 on the front, down to a maximum relative error of 1.71e-9 in 8 operations.")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0 s"), (8.7e-6, "8.7 \N{MICRO SIGN}s"), (0.649, "649 ms"), (1.0, "1 s"), (1865, "31 min 5 s")],
)
def test_short_times_have_short_units(seconds, text):
    assert work_text(seconds) == text
