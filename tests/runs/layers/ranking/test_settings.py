from __future__ import annotations

from typing import Any

import pytest

from runs.job.schema import read
from runs.layers.ranking.settings import BASELINES, REFERENCE, RankingJob
from search_spaces.norm_act_layers import KNOWN_LAYERS


def test_the_baselines_are_the_ones_that_users_compare_with() -> None:
    assert BASELINES[0] == REFERENCE
    assert set(BASELINES) <= set(KNOWN_LAYERS)
    assert read(RankingJob, {}, "job") == RankingJob()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"seeds": 0}, "seeds must be above 0, not 0"),
        ({"finalists": -1}, "finalists must be 0 or more, not -1"),
        ({"baselines": ["bn_silu"]}, "baselines must be names of known layers, bn_relu among them"),
        ({"baselines": ["bn_relu", "vgg"]}, "baselines must be names of known layers"),
        ({"threshold": 0.0}, "threshold must be above 0"),
        ({"budget": 0}, "budget must be above 0"),
    ],
)
def test_what_makes_no_sense_is_refused(data: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(RankingJob, data, "job", "ranking")
