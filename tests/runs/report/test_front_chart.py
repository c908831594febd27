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


def test_the_legend_names_every_family_within_the_drawing_and_above_the_plot(data):
    names = [f"{strategy}, 1,000,000 candidates" for strategy in ("random", "ageing", "nsga2")]
    rivals = (*data.rivals, *(Rival(name, 4, 1e-3) for name in names))
    for part in write(front_chart(dataclasses.replace(data, rivals=rivals))).split("<svg ")[1:]:
        width = float(re.search(r'viewBox="0 0 ([\d.]+)', part)[1])
        legend = re.search(r'class="legend">(.*?)</g>', part, re.DOTALL)[1]
        texts = re.findall(r'<text x="([\d.]+)" y="([\d.]+)">([^<]+)</text>', legend)
        assert {name for _, _, name in texts} == {rival.family for rival in rivals} | {"this run"}
        assert len({(x, y) for x, y, _ in texts}) == len(texts)
        assert all(float(x) + 7 * len(name) < width for x, _, name in texts)
        plotted = re.findall(r'<(?:circle|polygon) [^>]*class="marker (?:front|other-\d)"><title>', part)
        assert len(plotted) == len(data.entries) + 3
        highest = min(
            float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)" r="5.5" class="marker front"><t', part)
        )
        assert max(float(y) for _, y, _ in texts) < highest
    assert [f"other-{k}" in part for k in (1, 2, 3)] == [True] * 3
