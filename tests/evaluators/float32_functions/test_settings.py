import subprocess
import sys

import pytest

from evaluators.float32_functions.settings import FitConfig, ProtocolsConfig


@pytest.mark.parametrize(
    ("config", "name", "value"),
    [
        (ProtocolsConfig, "max_cost", 0.5),
        (ProtocolsConfig, "sample_points", 10),
        (ProtocolsConfig, "sample_slack", float("nan")),
        (ProtocolsConfig, "exhaustive_inputs", -1),
        (FitConfig, "rounds", 0),
        (FitConfig, "polish_batches", -1),
    ],
)
def test_what_is_out_of_bounds_is_named(config: type, name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be at least .*, not {value}"):
        config(**{name: value})


def test_a_driver_reads_settings_and_objectives_without_jax() -> None:
    code = (
        "import sys, evaluators.float32_functions.settings, evaluators.float32_functions.objectives;"
        "assert 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
