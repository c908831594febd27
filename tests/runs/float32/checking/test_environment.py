import jax
import numpy as np

from evaluators.float32_functions.targets import TARGETS
from runs.float32.checking.environment import environment
from runs.float32.checking.question import of_peer, of_program
from tests.evaluators.float32_functions.machine_programs import exp2_program


def test_versions_flags_and_device_are_stated():
    found = environment(of_program(exp2_program(), TARGETS["exp2"]))
    assert found["jax"] == jax.__version__
    assert found["XLA_FLAGS"].startswith("--xla")
    assert found["device"] == "cpu"
    assert "peer" not in found


def test_a_peer_states_its_version():
    assert np.__version__ in environment(of_peer("numpy:exp"))["peer"]
