import math

import pytest

from engine.verdict import Status
from evaluators.norm_act_layers import scoring
from evaluators.norm_act_layers.candidate import Candidate
from evaluators.norm_act_layers.networks import network
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.scoring import Scoring
from evaluators.norm_act_layers.settings import AnchorsConfig, QualityConfig
from evaluators.norm_act_layers.training import Outcome
from search_spaces.norm_act_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.one_place import describe, one_place
from tests.evaluators.norm_act_layers.small_images import noise

RECIPE = Recipe(steps=10, batch_size=8, padding=0, flips=False)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    one_place(monkeypatch)
    monkeypatch.setattr(network, "NETWORKS", dict.fromkeys(("resnet", "mobilenet"), describe))


def scored(*, key=1, quality=None, layer="bn_relu", **anchors):
    config = AnchorsConfig(**{"networks": ("resnet", "mobilenet"), "width": 4, "engine": "compiled", **anchors})
    candidate = Candidate(KNOWN_LAYERS[layer])
    subject = Scoring(noise(train=24), config, RECIPE, quality or QualityConfig(steps=5, max_losses=(), min_skill=0.0))
    return subject.score(candidate, key), candidate, subject.protocols


@pytest.fixture
def trained(monkeypatch):
    """Replaces trainings by their accuracies, and returns what was trained."""
    seen, accuracies = [], {"resnet": 0.75, "mobilenet": 0.5}

    def train(program, images, key, *, watch=None):  # noqa: ARG001
        name, recipe = program.network.config.name, program.recipe
        seen.append((name, recipe.batch_size, recipe.learning_rate, recipe.steps))
        if watch is None or watch(None, [0.5] * 5):
            return Outcome({recipe.steps: accuracies[name]}, recipe.steps, "", None)
        return Outcome({}, 5, "", None)

    monkeypatch.setattr(scoring, "train", train)
    monkeypatch.setattr(scoring, "accuracy", lambda *_: accuracies["resnet"])
    return seen, accuracies


def test_the_error_in_each_network_is_an_objective_and_what_was_measured_a_metric(trained):
    verdict, candidate, protocols = scored()
    assert verdict.status is Status.SCORED
    assert verdict.objectives == (0.25, 0.5)
    assert candidate.metrics == {
        "quality_steps": 5,
        "quality_accuracy": 0.75,
        "accuracy_resnet": 0.75,
        "accuracy_mobilenet": 0.5,
    }
    assert protocols == ("quality", "training")
    assert list(candidate.seconds) == ["quality", "training"]
    assert trained[0] == [("resnet", 8, 0.1, 10), ("mobilenet", 8, 0.1, 10)]


def test_one_that_shows_no_quality_is_trained_no_further(trained):
    verdict, candidate, _ = scored(quality=QualityConfig(steps=5, max_losses=(), min_skill=0.6))
    assert (verdict.status, verdict.protocol, verdict.figure) == (Status.REJECTED, "quality", 0.75)
    assert candidate.metrics == {"quality_steps": 5, "quality_accuracy": 0.75}
    assert [name for name, *_ in trained[0]] == ["resnet"]


@pytest.mark.usefixtures("trained")
def test_losses_alone_may_tell():
    verdict, candidate, _ = scored(quality=QualityConfig(steps=9, max_losses=((5, 0.1),)))
    assert verdict.protocol == "quality"
    assert math.isnan(verdict.figure)
    assert candidate.metrics == {"quality_steps": 5}


@pytest.mark.usefixtures("trained")
def test_without_the_test_of_quality_all_are_trained():
    verdict, candidate, protocols = scored(quality=QualityConfig(steps=0))
    assert verdict.status is Status.SCORED
    assert protocols == ("training",)
    assert list(candidate.seconds) == ["training"]


def test_a_training_that_fails_ends_the_others(trained):
    trained[1]["mobilenet"] = math.nan
    verdict, candidate, _ = scored(small_batch=4)
    assert (verdict.status, verdict.protocol) == (Status.REJECTED, "training")
    assert "accuracy_mobilenet" not in candidate.metrics
    assert [name for name, *_ in trained[0]] == ["resnet", "mobilenet"]


def test_a_small_batch_has_a_rate_in_proportion_and_more_steps(trained):
    verdict, candidate, _ = scored(small_batch=4)
    assert verdict.objectives == (0.25, 0.5, 0.25)
    assert trained[0][-1] == ("resnet", 4, 0.05, 40)
    assert candidate.metrics["accuracy_batch_4"] == 0.75


@pytest.mark.usefixtures("trained")
def test_the_gap_is_the_last_objective(monkeypatch):
    monkeypatch.setattr(scoring, "train_eval_gap", lambda *_: 0.125)
    assert scored(train_eval_gap=True)[0].objectives == (0.25, 0.5, 0.125)


def test_equal_keys_give_equal_verdicts():
    (first, one, _), (again, same, _) = (
        scored(key=7, networks=("resnet",), quality=QualityConfig(steps=0)) for _ in range(2)
    )
    assert first == again
    assert first.status is Status.SCORED
    assert one.metrics == same.metrics
