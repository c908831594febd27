from dataclasses import asdict, replace

import pytest

from engine.verdict import Status, Verdict
from evaluators.norm_act_layers import evaluator as evaluators
from evaluators.norm_act_layers.evaluator import LayerEvaluator, build
from evaluators.norm_act_layers.images import Images, Part
from evaluators.norm_act_layers.images_file import write_images
from evaluators.norm_act_layers.protocols.training_free import TrainingFree
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig, ProtocolsConfig, QualityConfig, StabilityConfig
from search_spaces.norm_act_layers import KNOWN_LAYERS, Layer, Leaf, Node, canonical, fingerprint
from tests.evaluators.norm_act_layers.small_images import digits, noise

ANCHORS, RECIPE = AnchorsConfig(engine="compiled"), Recipe(batch_size=8)
SETTINGS = (ProtocolsConfig(), StabilityConfig(steps=2), QualityConfig(rehearsal_steps=2, max_rehearsal_losses=()))
CONSTANT = Layer((Node("tanh", (-1,)),), (Leaf("constant", 1.0),))


def made(*settings, images=None, recipe=RECIPE):
    return LayerEvaluator(images or noise(), ANCHORS, recipe, *(settings or SETTINGS))


@pytest.fixture
def without_training(monkeypatch):
    """Trainings of an evaluator all end with this verdict."""
    end = Verdict(Status.SCORED, objectives=(0.1, 0.2, 0.3))
    monkeypatch.setattr(evaluators.Scoring, "score", lambda *_: end)
    return end


def test_the_protocols_run_cheapest_first():
    names = ("input", "spatial", "finite", "gain", "nonlinear", "gradient", "scale", "depth", "stability", "rehearsal")
    assert made().protocols == (*names, "quality", "training")
    assert [objective.name for objective in made().objectives] == [f"error_{name}" for name in ANCHORS.networks]


def test_without_rejection_all_are_trained(without_training):
    free = made(ProtocolsConfig(training_free=()), StabilityConfig(depth=0, steps=0), QualityConfig(steps=0))
    assert free.protocols == ("training",)
    assert free.evaluate([CONSTANT], 1)[0].verdict == without_training
    assert free.behaviour(CONSTANT) == fingerprint(canonical(CONSTANT))


def test_a_candidate_brings_the_figures_and_the_seconds_of_all_that_it_passed(without_training):
    (evaluation,) = made().evaluate([KNOWN_LAYERS["bn_relu"]], 1)
    assert evaluation.verdict == without_training
    assert list(evaluation.metrics) == [*made().protocols[:-2]]
    assert evaluation.metrics["scale"] == pytest.approx(0.0, abs=1e-3)
    assert list(evaluation.seconds) == [*made().protocols[:7], "duplicate", "depth", "stability", "rehearsal"]
    assert all(spent >= 0 for spent in evaluation.seconds.values())
    assert evaluation.potential == ()


@pytest.mark.usefixtures("without_training")
def test_the_first_protocol_that_fails_ends_a_candidate():
    (evaluation,) = made().evaluate([CONSTANT], 1)
    assert (evaluation.verdict.status, evaluation.verdict.protocol) == (Status.REJECTED, "input")
    assert evaluation.verdict.figure == 0.0
    assert list(evaluation.seconds) == ["input"]
    assert evaluation.metrics == {}
    strict = replace(SETTINGS[1], max_gradient_norm=1e-3)
    (evaluation,) = made(SETTINGS[0], strict, SETTINGS[2]).evaluate([KNOWN_LAYERS["bn_relu"]], 1)
    assert evaluation.verdict.protocol == "stability"
    assert evaluation.verdict.figure > 1e-3


def test_verdicts_keep_the_order_of_the_candidates(without_training):
    layers = [KNOWN_LAYERS["bn_relu"], CONSTANT, KNOWN_LAYERS["evonorm_b0"]]
    ends = [evaluation.verdict for evaluation in made().evaluate(layers, 1)]
    assert [end == without_training for end in ends] == [True, False, True]


def test_a_population_has_all_that_are_left_trained_together(monkeypatch):
    calls = []

    def score_all(_, candidates, key):
        calls.append((len(candidates), key))
        return [Verdict(Status.SCORED, objectives=(number / 10,)) for number in range(len(candidates))]

    monkeypatch.setattr(evaluators.PopulationScoring, "score_all", score_all)
    subject = LayerEvaluator(noise(), AnchorsConfig(engine="population"), RECIPE, *SETTINGS)
    layers = [KNOWN_LAYERS["bn_relu"], CONSTANT, KNOWN_LAYERS["evonorm_b0"]]
    assert [found.verdict.objectives for found in subject.evaluate(layers, 7)] == [(0.0,), (), (0.1,)]
    assert calls == [(2, 7)]


@pytest.mark.usefixtures("without_training")
def test_a_candidate_is_screened_once(monkeypatch):
    screened, screen = [], TrainingFree.screen
    monkeypatch.setattr(TrainingFree, "screen", lambda self, layers: screened.extend(layers) or screen(self, layers))
    subject, layer = made(), KNOWN_LAYERS["bn_relu"]
    behaviour = subject.behaviour(layer)
    subject.evaluate([layer], 1)
    assert screened == [layer]
    assert subject.behaviour(layer) == behaviour == TrainingFree().screen([layer]).candidates[0].behaviour


def test_layers_that_compute_the_same_have_one_behaviour():
    one = Layer((Node("max", (0, -1)),), (Leaf("constant", 0.0),))
    other = Layer((Node("abs", (0,)), Node("add", (0, 1)), Node("mul", (2, -1))), (Leaf("constant", 0.5),))
    assert fingerprint(canonical(one)) != fingerprint(canonical(other))
    assert made().behaviour(one) == made().behaviour(other)
    # what is turned away has that of its graph
    assert made().behaviour(CONSTANT) == fingerprint(canonical(CONSTANT))


def test_images_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="batch_size must be at most the number of training images, 16, not 17"):
        made(recipe=Recipe(batch_size=17))


def test_it_is_built_from_plain_data(tmp_path):
    write_images(noise(), tmp_path / "images.npz")
    plain = [asdict(settings) for settings in (ANCHORS, RECIPE, *SETTINGS)]
    subject = build(str(tmp_path / "images.npz"), *plain)
    assert subject.protocols == made().protocols
    assert subject.objectives == made().objectives


def large_digits():
    """The digits with every pixel four times: at 8x8 the last places are single ones, which FRN cannot normalize."""
    small = digits()
    parts = (Part(small.parts[name].pixels.repeat(2, 1).repeat(2, 2), small.parts[name].labels) for name in small.parts)
    return Images(*parts, small.names)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bn_relu", "bn_silu", "gn_relu", "ln_gelu", "frn_tlu", "evonorm_b0", "evonorm_s0"])
def test_known_layers_pass_every_protocol(name):
    recipe = Recipe(steps=150, batch_size=64, padding=1, flips=False)
    subject = LayerEvaluator(
        large_digits(),
        AnchorsConfig(("resnet",), engine="compiled"),
        recipe,
        ProtocolsConfig(),
        StabilityConfig(),
        QualityConfig(),
    )
    (evaluation,) = subject.evaluate([KNOWN_LAYERS[name]], 1)
    assert evaluation.verdict.status is Status.SCORED
    assert evaluation.verdict.objectives[0] < 0.5
