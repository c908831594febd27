import dataclasses
import subprocess
import sys

import pytest

from evaluators.norm_act_layers.protocols.training_free import PROTOCOLS
from evaluators.norm_act_layers.settings import TRAINING_FREE, ProtocolsConfig


def test_the_named_protocols_are_those_that_there_are():
    assert sorted(TRAINING_FREE) == sorted([*PROTOCOLS, "duplicate"])
    assert tuple(PROTOCOLS) == TRAINING_FREE[:-1]
    assert ProtocolsConfig().training_free == TRAINING_FREE


def test_every_threshold_is_documented():
    documented = ProtocolsConfig.__doc__
    assert all(f"        {field.name}: " in documented for field in dataclasses.fields(ProtocolsConfig))


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


def test_a_driver_reads_them_without_jax():
    code = "import sys, evaluators.norm_act_layers.settings; assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
