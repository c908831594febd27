import dataclasses
import re
import subprocess
import sys

import pytest

from evaluators.norm_act_layers.networks import NETWORKS
from evaluators.norm_act_layers.protocols.training_free import PROTOCOLS
from evaluators.norm_act_layers.settings import (
    ANCHORS,
    TRAINING_FREE,
    AnchorsConfig,
    ProtocolsConfig,
    QualityConfig,
    StabilityConfig,
)


def test_the_named_protocols_are_those_that_there_are():
    assert sorted(TRAINING_FREE) == sorted([*PROTOCOLS, "duplicate"])
    assert tuple(PROTOCOLS) == TRAINING_FREE[:-1]
    assert ProtocolsConfig().training_free == TRAINING_FREE


def test_the_named_anchors_are_the_networks_that_there_are():
    assert tuple(NETWORKS) == ANCHORS
    assert set(AnchorsConfig().networks) <= set(ANCHORS)


@pytest.mark.parametrize("config", [ProtocolsConfig, AnchorsConfig, StabilityConfig, QualityConfig])
def test_every_setting_is_documented(config):
    assert all(f"        {field.name}: " in config.__doc__ for field in dataclasses.fields(config))


def test_the_least_accuracy_is_the_paper_s_for_ten_classes_and_above_chance_for_two():
    assert QualityConfig().min_accuracy(10) == pytest.approx(0.2)
    assert QualityConfig().min_accuracy(2) == pytest.approx(5 / 9)
    assert QualityConfig(min_skill=0.0).min_accuracy(4) == 0.25


def test_a_job_file_s_list_of_protocols_is_taken():
    assert ProtocolsConfig(training_free=["scale", "input"]).training_free == ("scale", "input")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"training_free": ("input", "luck")}, "training_free has the unknown protocol 'luck'; use some of: input, sp"),
        ({"min_spatial": -1.0}, "min_spatial must be a finite number, 0 or more, not -1.0"),
        ({"max_gain": float("inf")}, "max_gain must be a finite number, 0 or more, not inf"),
        ({"min_nonlinearity": float("nan")}, "min_nonlinearity must be a finite number, 0 or more, not nan"),
        ({"max_growth": float("nan")}, "max_growth must be a finite number, not nan"),
        ({"min_gain": 2.0, "max_gain": 2.0}, "min_gain must be less than max_gain, not 2.0 to 2.0"),
        ({"max_gradient": 1e-4}, "min_gradient must be less than max_gradient, not 0.001 to 0.0001"),
    ],
)
def test_mistakes_end_in_one_line(fields, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(")) as caught:
        ProtocolsConfig(**fields)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("config", "fields", "message"),
    [
        (
            AnchorsConfig,
            {"networks": ("lenet",)},
            "networks has the unknown 'lenet'; use some of: resnet, mobilenet, e",
        ),
        (AnchorsConfig, {"networks": ()}, "networks must be different and at least one, not []"),
        (
            AnchorsConfig,
            {"networks": ("vit", "vit")},
            "networks must be different and at least one, not ['vit', 'vit']",
        ),
        (AnchorsConfig, {"width": 0}, "width must be at least 1, not 0"),
        (AnchorsConfig, {"image_size": -1}, "image_size must be at least 0, not -1"),
        (AnchorsConfig, {"depth": 0.0}, "depth must be above 0 and at most 100, not 0.0"),
        (AnchorsConfig, {"small_batch": 16}, "small_batch must be from 2 to 8, or 0 for none, not 16"),
        (AnchorsConfig, {"engine": "magic"}, "one of interpreted, compiled, population, or empty, not 'magic'"),
        (AnchorsConfig, {"engine": "population", "train_eval_gap": True}, "engine must not be population where train_"),
        (StabilityConfig, {"steps": -1}, "steps must be 0 or more, not -1"),
        (StabilityConfig, {"depth": -1}, "depth must be 0 or more, not -1"),
        (
            StabilityConfig,
            {"max_gradient_norm": float("nan")},
            "max_gradient_norm must be a finite number, 0 or more, n",
        ),
        (
            StabilityConfig,
            {"min_depth_gradient": 1e9},
            "min_depth_gradient must be less than max_depth_gradient, not 1",
        ),
        (QualityConfig, {"steps": -1}, "steps must be 0 or more, not -1"),
        (QualityConfig, {"rehearsal_steps": -1}, "rehearsal_steps must be 0 or more, not -1"),
        (QualityConfig, {"min_skill": 1.0}, "min_skill must be from 0 to less than 1, not 1.0"),
        (QualityConfig, {"max_losses": [[10.0]]}, "max_losses must be pairs of a step and a bound"),
        (QualityConfig, {"max_losses": [[20, 1.1], [10, 1.0]]}, "not 1.1 at step 20 and 1 at step 10"),
        (QualityConfig, {"max_rehearsal_losses": ((10, 1.0), (20, 1.1))}, "not 1 at step 10 and 1.1 at step 20"),
        (
            QualityConfig,
            {"max_losses": ((0, 1.0),)},
            "max_losses must have rising steps and falling bounds above 0, no",
        ),
    ],
)
def test_mistaken_settings_end_in_one_line(config, fields, message):
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        config(**fields)
    assert "\n" not in str(caught.value)


def test_a_driver_reads_them_without_jax():
    code = "import sys, evaluators.norm_act_layers.settings; assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
