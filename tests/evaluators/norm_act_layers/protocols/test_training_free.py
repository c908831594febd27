import math
import random

import pytest

from engine.verdict import Status
from evaluators.norm_act_layers.protocols.training_free import TrainingFree
from evaluators.norm_act_layers.settings import TRAINING_FREE, ProtocolsConfig
from search_spaces.norm_act_layers.evonorm import evonorm_vocabulary, random_graph
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.protocols.specimens import written

WHOLE = ("bn_relu", "bn_silu", "gn_relu", "ln_gelu", "ln_gelu_tokens", "frn_tlu")
FOUND = tuple(name for name in KNOWN_LAYERS if name.startswith("evonorm_"))

TURNED_AWAY = {
    "input": written(("tanh", "v1")),
    "spatial": written(("mean[wh]", "x")),
    "finite": written(("div", "x", "v0")),
    "gain": written(("square", "x"), ("exp", "-1")),
    "nonlinear": KNOWN_LAYERS["batch_norm"],
    "gradient": written(("signed_sqrt", "v0"), ("max", "-1", "x")),
    "scale": written(("square", "x")),
    "duplicate": written(("neg", "x"), ("min", "-1", 0)),
}


@pytest.fixture(scope="module")
def protocols():
    return TrainingFree()


@pytest.mark.parametrize("name", WHOLE + FOUND)
def test_normalizations_with_their_activation_survive(protocols, name):
    (candidate,) = protocols.screen([KNOWN_LAYERS[name]]).candidates
    assert candidate.protocol == ""
    assert candidate.verdict is None


def test_so_do_all_known_layers_but_batch_norm_without_an_activation(protocols):
    candidates = protocols.screen(list(KNOWN_LAYERS.values())).candidates
    turned_away = {name: c.protocol for name, c in zip(KNOWN_LAYERS, candidates, strict=True) if c.protocol}
    assert turned_away == {"batch_norm": "nonlinear"}


def test_each_protocol_turns_a_layer_away_with_the_figure_that_failed(protocols):
    assert tuple(TURNED_AWAY) == TRAINING_FREE
    relu = written(("max", "x", 0))
    _, *candidates = protocols.screen([relu, *TURNED_AWAY.values()]).candidates
    for name, candidate in zip(TURNED_AWAY, candidates, strict=True):
        assert candidate.protocol == name
        assert tuple(candidate.figures) == TRAINING_FREE[: TRAINING_FREE.index(name) + 1]
        assert (candidate.behaviour >= 0) == (name == "duplicate")
        verdict = candidate.verdict
        assert (verdict.status, verdict.protocol) == (Status.REJECTED, name)
        assert verdict.figure == candidate.figures[name] or math.isnan(verdict.figure)


@pytest.mark.parametrize("name", TRAINING_FREE)
def test_a_protocol_left_out_turns_nothing_away(name):
    others = tuple(other for other in TRAINING_FREE if other != name)
    screening = TrainingFree(ProtocolsConfig(training_free=others)).screen([TURNED_AWAY[name]])
    assert screening.candidates[0].protocol != name
    assert name not in screening.candidates[0].figures
    assert tuple(screening.seconds) == others


def test_without_protocols_everything_passes():
    screening = TrainingFree(ProtocolsConfig(training_free=())).screen(list(TURNED_AWAY.values()))
    assert [c.protocol for c in screening.candidates] == [""] * len(TURNED_AWAY)
    assert screening.seconds == {}


def test_thresholds_are_those_of_the_configuration():
    square = written(("square", "x"))
    assert TrainingFree(ProtocolsConfig(max_growth=1.9)).screen([square]).candidates[0].protocol == "scale"
    assert TrainingFree(ProtocolsConfig(max_growth=2.1)).screen([square]).candidates[0].protocol == ""


def test_a_figure_on_its_threshold_passes():
    figure = TrainingFree().screen([KNOWN_LAYERS["relu"]]).candidates[0].figures["gain"]
    for least, protocol in ((figure, ""), (math.nextafter(figure, 1), "gain")):
        config = ProtocolsConfig(min_gain=least)
        assert TrainingFree(config).screen([KNOWN_LAYERS["relu"]]).candidates[0].protocol == protocol


def test_known_behaviours_are_duplicates(protocols):
    first, second = protocols.screen([KNOWN_LAYERS["gelu"], KNOWN_LAYERS["mish"]]).candidates
    again = protocols.screen([KNOWN_LAYERS["gelu"], KNOWN_LAYERS["silu"]], known={first.behaviour, second.behaviour})
    assert [c.protocol for c in again.candidates] == ["duplicate", ""]
    assert again.candidates[0].behaviour == first.behaviour


def test_equal_batches_have_equal_results(protocols):
    rng = random.Random(0)
    layers = [random_graph(evonorm_vocabulary(), rng) for _ in range(300)]
    first, second = protocols.screen(layers), TrainingFree().screen(layers)
    assert list(map(repr, first.candidates)) == list(map(repr, second.candidates))
    assert len(first.candidates) == 300


def test_seconds_are_measured_for_each_protocol(protocols):
    seconds = protocols.screen(list(KNOWN_LAYERS.values())).seconds
    assert tuple(seconds) == TRAINING_FREE
    assert all(0 < value < 60 for value in seconds.values())


def sampling_error(share, count):
    return 3 * math.sqrt(share * (1 - share) / count)


def test_evonorms_space_has_the_measured_statistics(protocols):
    """Of 20,000 graphs 69 % do not use x, 21.6 % are constant in space, 5.4 % equal up to gamma and beta.

    About 1 % are not finite or explode. That leaves 3.1 %, of which our further protocols turn half away.
    """
    count, rng, vocabulary = 20_000, random.Random(1), evonorm_vocabulary("B")
    candidates = protocols.screen([random_graph(vocabulary, rng) for _ in range(count)]).candidates
    shares = {name: sum(c.protocol == name for c in candidates) / count for name in ("", *TRAINING_FREE)}
    assert shares["input"] == pytest.approx(0.69, abs=0.005 + sampling_error(0.69, count))
    # Found constant too: what is so but for rounding errors, and before training.
    assert shares["spatial"] == pytest.approx(0.216, abs=0.005 + sampling_error(0.216, count))
    assert shares["nonlinear"] + shares["duplicate"] == pytest.approx(0.054, abs=0.01)
    assert shares["finite"] + shares["gain"] == pytest.approx(0.01, abs=0.003)
    assert shares[""] + shares["gradient"] + shares["scale"] == pytest.approx(0.031, abs=0.006)
    assert 0.01 < shares[""] < 0.031
