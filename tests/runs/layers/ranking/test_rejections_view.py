from __future__ import annotations

import math

from runs.layers.ranking.intervals import share_interval
from runs.layers.ranking.rejections import FalseRejections, Rejections
from runs.layers.ranking.rejections_view import rejections_view, share_text
from tests.runs.layers.ranking.texts import shown


def test_every_protocol_has_a_line_with_its_shares_cost_and_saving() -> None:
    rows = (
        FalseRejections("gain", 1234, 10, 4, 0.38, share_interval(1, 10), share_interval(2, 10), 65.0, 7200.0),
        FalseRejections("quality", 2, 2, 2, math.nan, share_interval(0, 2), share_interval(0, 2), 5.0, 0.0),
    )
    text = shown(rejections_view(Rejections(rows, median=0.41, reference=0.395, scored=57)))
    assert "median of 57 scored candidates (41.0 %), and as bn_relu (39.5 %)" in text
    gain, quality = text.splitlines()[-2:]
    assert gain.split()[:5] == ["gain", "1,234", "10", "4", "38.0"]
    assert "10 [0, 45]" in gain
    assert gain.split()[-2:] == ["1:05", "2:00:00"]
    assert "nan" not in quality


def test_a_share_as_text() -> None:
    assert share_text(share_interval(3, 3)) == "100 [29, 100]"
