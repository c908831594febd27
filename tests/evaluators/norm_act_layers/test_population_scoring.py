from types import SimpleNamespace

import jax
import numpy as np
import pytest

from engine.verdict import Status, Verdict
from evaluators.norm_act_layers import population_trainer
from evaluators.norm_act_layers.candidate import ROOM, TOGETHER, Candidate
from evaluators.norm_act_layers.images import Images, Part
from evaluators.norm_act_layers.interpreter import Capacity
from evaluators.norm_act_layers.networks import network
from evaluators.norm_act_layers.population_scoring import PopulationScoring
from evaluators.norm_act_layers.population_trainer import PopulationTrainer
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.scoring import Scoring
from evaluators.norm_act_layers.settings import AnchorsConfig, QualityConfig
from evaluators.norm_act_layers.training import Outcome
from search_spaces.norm_act_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.builder import Builder
from tests.evaluators.norm_act_layers.one_place import describe, one_place, one_place_population
from tests.evaluators.norm_act_layers.small_images import noise

ANCHORS = AnchorsConfig(("resnet",), width=6, engine="compiled")
RECIPE = Recipe(steps=10, batch_size=8, padding=0, flips=False)
QUALITY = QualityConfig(steps=4, max_losses=())


def two_shades():
    """Images of noise, darker in one class than in the other; the last that counts is of a blinding white."""

    def part(count, seed):
        labels = (np.arange(count) % 2).astype(np.int32)
        pixels = np.random.default_rng(seed).integers(0, 12, (count, 4, 4, 3)) + 5 * labels[:, None, None, None]
        pixels[1000:] = 255
        return Part(pixels.astype(np.uint8), labels)

    return Images(part(32, 0), part(1001, 1), part(2, 2), part(2, 3), ("dark", "light"))


def blind():
    graph = Builder()
    graph.op("mul", graph.x, graph.constant(0.0))
    return graph.layer(affine=True)


def overflowing():
    """As good as the hyperbolic tangent unless its input is large: its 32nd power times 1e-30 is added."""
    graph = Builder()
    power = graph.x
    for _ in range(5):
        power = graph.op("square", power)
    graph.op("add", graph.op("tanh", graph.x), graph.op("mul", power, graph.constant(1e-30)))
    return graph.layer(affine=True)


LAYERS = (KNOWN_LAYERS["bn_relu"], blind(), overflowing())


@pytest.fixture(scope="module")
def trained():
    """Candidates that were trained one by one, and together on a device with room for two, with their verdicts."""
    tried = []

    def with_room_for_two(config, recipe):
        population = one_place_population(small, recipe)

        def step(codes, trainings, batches, rate):
            tried.append(len(trainings.decayed))
            if tried[-1] > 2:
                raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate")
            return population.step(codes, trainings, batches, rate)

        return population._replace(config=config, step=step)

    alone, together = ([Candidate(layer) for layer in LAYERS] for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        small = one_place(patch)
        patch.setitem(network.NETWORKS, "resnet", describe)
        patch.setattr(population_trainer, "make_population", with_room_for_two)
        right = Scoring(two_shades(), ANCHORS, RECIPE, QUALITY).score_all(alone, 5)
        found = PopulationScoring(two_shades(), ANCHORS, RECIPE, QUALITY).score_all(together, 5)
    return SimpleNamespace(alone=alone, right=right, together=together, found=found, tried=tried)


def test_verdicts_are_those_of_candidates_that_are_trained_one_by_one(trained):
    ends = [(Status.SCORED, ""), (Status.REJECTED, "quality"), (Status.REJECTED, "training")]
    assert [(verdict.status, verdict.protocol) for verdict in trained.found] == ends
    for found, right in zip(trained.found, trained.right, strict=True):
        assert (found.status, found.protocol) == (right.status, right.protocol)
        assert found.figure == pytest.approx(right.figure, nan_ok=True)
        # some images may fall to the other class by rounding
        assert found.objectives == pytest.approx(right.objectives, abs=0.005)
    assert 0 < trained.found[0].objectives[0] < 0.4


def test_figures_are_those_of_candidates_that_are_trained_one_by_one(trained):
    for found, right in zip(trained.together, trained.alone, strict=True):
        figures = {name: figure for name, figure in found.metrics.items() if name not in (ROOM, TOGETHER)}
        assert figures == pytest.approx(right.metrics, abs=0.005)
    assert trained.together[0].metrics["quality_steps"] == 5


def test_a_device_out_of_memory_is_noted_and_remembered(trained):
    assert trained.tried[0] == 4
    assert trained.tried.count(4) == 1
    assert max(trained.tried[1:]) == 2
    assert [(c.metrics[TOGETHER], c.metrics[ROOM]) for c in trained.together] == [(2, 2)] * 3


def test_time_is_shared_equally_and_told_by_stage(trained):
    scored, rejected, failed = (candidate.seconds for candidate in trained.together)
    assert set(rejected) == {"quality"}
    assert scored == pytest.approx(failed)
    assert sum(scored.values()) == pytest.approx(rejected["quality"])
    # the test takes half of the steps
    assert scored["quality"] == pytest.approx(scored["training"])


def test_a_layer_too_large_for_the_interpreter_is_trained_alone(monkeypatch):
    monkeypatch.setattr(population_trainer, "Capacity", lambda: Capacity(rows=20))
    monkeypatch.setattr(PopulationTrainer, "compile", lambda *_: None)
    monkeypatch.setattr(PopulationTrainer, "train", lambda _, layers, *__, **___: [outcome] * len(layers))
    compiled = []
    alone = Verdict(Status.REJECTED, "training", 3.0)
    monkeypatch.setattr(Scoring, "score", lambda _, *given: compiled.append(given) or alone)
    outcome = Outcome({5: 0.75, 10: 0.75}, 10, "", None)
    two = AnchorsConfig(("resnet", "mobilenet"), engine="population")
    candidates = [Candidate(KNOWN_LAYERS[name]) for name in ("pau", "relu", "pau")]
    verdicts = PopulationScoring(noise(), two, RECIPE, QUALITY).score_all(candidates, 5)
    assert verdicts == [alone, Verdict(Status.SCORED, objectives=(0.25, 0.25)), alone]
    assert compiled == [(candidates[0], 5), (candidates[2], 5)]
    assert TOGETHER not in candidates[0].metrics
