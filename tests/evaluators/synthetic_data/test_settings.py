import subprocess
import sys
from dataclasses import fields

import pytest

from evaluators.synthetic_data.settings import PRESETS, EvolutionConfig, table_environment


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("preset", "simplex", "one of exact_moves, private_gsd"),
        ("sweeps", 0, "at least 1"),
        ("sweeps_per_epoch", 0, "at least 1"),
        ("candidates", 0, "at least 1"),
        ("elites", 0, "at least 1"),
        ("generations_per_sweep", 0, "at least 1"),
        ("swaps", -0.1, "from 0 to 100"),
        ("multi_cell_moves", 101, "from 0 to 100"),
        ("row_replacements", float("nan"), "from 0 to 100"),
        ("first_inverse_temperature", 0, "above 0"),
        ("last_inverse_temperature", 0.1, "at most last_inverse_temperature"),
    ],
)
def test_a_mistake_names_the_setting_and_the_rule(name: str, value: object, rule: str) -> None:
    with pytest.raises(ValueError) as refusal:
        EvolutionConfig(**{name: value})  # type: ignore[arg-type]
    message = str(refusal.value)
    assert name in message
    assert rule in message
    assert "\n" not in message


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_accepted(preset: str) -> None:
    assert EvolutionConfig(preset=preset).preset == preset


def test_every_setting_is_documented() -> None:
    for setting in fields(EvolutionConfig):
        assert f"        {setting.name}: " in str(EvolutionConfig.__doc__)


def test_a_driver_can_read_them_without_jax() -> None:
    code = "import sys, evaluators.synthetic_data.settings; assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_exact_moves_stay_on_the_cpu_and_independent_candidates_need_not() -> None:
    assert table_environment(EvolutionConfig())["JAX_PLATFORMS"] == "cpu"
    assert "JAX_PLATFORMS" not in table_environment(EvolutionConfig(preset="private_gsd"))
    assert table_environment(EvolutionConfig())["XLA_FLAGS"]
