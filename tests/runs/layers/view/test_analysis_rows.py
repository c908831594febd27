import pytest

from evaluators.norm_act_layers.analysis import analyse
from runs.layers.view.analysis_rows import rows
from search_spaces.norm_act_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.protocols.specimens import written


def values(layer):
    return {row.label: row for _, section in rows(analyse(layer)) for row in section}


def test_silu_in_words():
    found = values(KNOWN_LAYERS["silu"])
    assert found["y"].value == "x/(1 + exp(-x))"
    assert found["x -> -inf"] == ("x -> -inf", "y -> 0", "exact")
    assert found["x -> inf"].value == "y -> x"
    assert found["minimum"] == ("minimum", "x = -1.2785, y = -0.27846", "numeric")
    assert found["y'(0)"].value == "0.5"
    assert found["variance"].value == "4 / N (Kumar 2017)"
    assert found["times a > 0"].value == "no power of a times y"
    assert found["reads, training"].value == "its own position only"
    assert found["n2 mul -> x"].value.endswith("nonlinear")


def test_batch_norm_relu_in_words():
    found = values(KNOWN_LAYERS["bn_relu"])
    assert found["sigma1"].value == "std[bwh](x); here 1"
    assert found["kink"].value == "x = 0, slope 0 | 1"
    assert found["times a > 0"].value == "invariant"
    assert found["  a per sample"].value == "no power of a times y"
    assert "learning rate" in found["so"].value
    assert found["variance"].value == "any: the layer is scale-invariant"
    assert found["reads, training"].value == "other samples, places"
    assert found["reads, inference"].value == "its own position only"


@pytest.mark.parametrize(
    ("statements", "label", "value"),
    [
        ([("square", "x"), ("mul", "-1", 3)], "x -> inf", "y ~ 3 |x|^2"),
        ([("exp", "x")], "x -> inf", "y -> inf, faster than any power"),
        ([("sin", "x")], "x -> inf", "no limit, line or power found"),
        ([("add", "x", "v0")], "times a > 0", "a y: homogeneous, until its leaves are trained"),
        ([("mul", "x", 2), ("sub", "-1", 3)], "x -> inf", "y -> 2 x - 3"),
        ([("mul", "x", 2), ("sub", "-1", 3)], "plus c", "y + 2 c"),
        ([("div", 1, "x")], "pole", "x = 0"),
        ([("div", 1, "x")], "variance", "none found"),
        (
            [("mean[wh]", "x"), ("div", "x", "-1")],
            "undefined",
            "there a moment diverges, or the output is finite nowhere",
        ),
    ],
)
def test_other_answers(statements, label, value):
    assert values(written(*statements))[label].value == value


def test_many_points_are_cut():
    assert values(written(("sin", "x")))["zero"].value.endswith("; and 19 more")


def test_every_figure_says_how_it_is_known():
    for _, section in rows(analyse(KNOWN_LAYERS["evonorm_s0"])):
        assert {row.how for row in section} <= {"exact", "numeric", ""}
        assert all(row.how for row in section if row.label not in ("here", "so", "", "undefined"))
