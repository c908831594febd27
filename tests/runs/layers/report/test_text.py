import dataclasses

import pytest

from runs.layers.ranking.intervals import Interval, mean_interval
from runs.layers.ranking.ranking import Ranking
from runs.layers.report.data import LayersData, Rival
from runs.layers.report.text import (
    listed,
    network_sentence,
    points_text,
    rival_verdict,
    rivals_sentence,
    winner_sentence,
)
from runs.report.text import MINUS


@pytest.mark.parametrize(("value", "text"), [(0.0123, "+1.2"), (-0.05, f"{MINUS}5.0"), (-0.0001, "0.0"), (0.0, "0.0")])
def test_differences_have_a_sign_unless_they_vanish(value: float, text: str) -> None:
    assert points_text(value) == text


def test_names_are_listed() -> None:
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("values", "p_value", "text"),
    [
        ([0.02, 0.03, 0.04], 0.01, "beats BN-ReLU on the test images by 3.0 points"),
        ([-0.02, -0.03, -0.04], 0.01, "falls short of BN-ReLU on the test images by 3.0 points"),
        (
            [-0.02, 0.03, 0.02],
            0.5,
            "No difference between candidate 4711 and BN-ReLU is shown on the test images: +1.0",
        ),
        ([0.05], 1.0, "which shows nothing"),
    ],
)
def test_what_is_not_shown_is_not_claimed(data: LayersData, values: list[float], p_value: float, text: str) -> None:
    assert data.ranking is not None
    assert data.ranking.winner is not None
    winner = dataclasses.replace(data.ranking.winner, difference=mean_interval(values), p_value=p_value)
    assert text in winner_sentence(data.ranking, winner)


def test_networks_are_told_apart(data: LayersData) -> None:
    ranking: Ranking | None = data.ranking
    assert ranking is not None
    assert ranking.winner is not None
    differences = {
        "resnet": Interval(0.02, 0.01, 0.03, 5),
        "mobilenet": Interval(0.02, -0.01, 0.05, 5),
        "efficientnet": Interval(-0.02, -0.03, -0.01, 5),
    }
    assert network_sentence(dataclasses.replace(ranking.winner, differences=differences)) == (
        "Taken alone, by 95 % intervals: better than BN-ReLU in ResNet; worse in EfficientNet; no difference "
        "shown in MobileNet."
    )


def test_known_layers_are_told_apart() -> None:
    better, worse = mean_interval([0.02, 0.03]), mean_interval([-0.02, -0.03])
    found = [Rival("bn_relu", better, 0.01), Rival("frn_tlu", worse, 0.01), Rival("ln_gelu", better, 0.4)]
    assert [rival_verdict(rival)[0] for rival in found] == ["better", "worse", "not shown"]
    assert rivals_sentence(found) == (
        "Beside other known layers (p adjusted for their number): worse than frn_tlu; no difference is shown to "
        "ln_gelu."
    )
    assert rivals_sentence(found[:1]) == ""
