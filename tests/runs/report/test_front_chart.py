import dataclasses
import math
import re

from runs.report.data import Rival
from runs.report.front_chart import front_chart
from runs.report.markup import write


def test_every_point_is_drawn_at_its_place(data):
    text = write(front_chart(data))
    assert text.count("marker front") == 2 * (len(data.entries) + 1)
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5.5" class="marker front"><title>', text)
    ys = [float(y) for _, y in dots[: len(data.entries)]]
    logs = [math.log10(entry.measured_error) for entry in data.entries]
    slope = (ys[-1] - ys[0]) / (logs[-1] - logs[0])
    assert all(abs(y - (ys[0] + slope * (log - logs[0]))) < 0.02 for y, log in zip(ys, logs, strict=True))
    assert slope < 0


def test_points_that_a_log_scale_cannot_show_are_left_out(data):
    odd = dataclasses.replace(data, rivals=(Rival("polynomial", 3, 0.0), Rival("rational", 4, math.inf)))
    text = write(front_chart(odd))
    assert "polynomial" not in text
    assert "rational" not in text
    assert front_chart(dataclasses.replace(data, entries=())) is None
