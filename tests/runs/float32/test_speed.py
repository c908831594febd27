from dataclasses import replace
from pathlib import Path

import pytest

from runs.float32.speed import Speed, Timing, read_speed, speed_facts, speed_line, write_speed
from runs.report.text import TIMES

SPEED = Speed(
    "{}", "jnp.tanh", 4096, 200, (Timing(256, 0.2, 0.6, 3.0, 2.9, 3.1), Timing(512, 0.1, 0.25, 2.5, 2.4, 2.6)),
    "a machine", "2026-11-22",
)  # fmt: skip


def test_a_speed_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "speed.json"
    assert read_speed(path) is None
    write_speed(SPEED, path)
    assert read_speed(path) == SPEED
    write_speed(replace(SPEED, rounds=1), path)
    assert read_speed(path) == replace(SPEED, rounds=1)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"primordia.format": 1, "timings": [{"width": 1}]}'])
def test_what_is_no_record_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "speed.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"speed\.json") as caught:
        read_speed(path)
    assert "\n" not in str(caught.value)


def test_the_headline_is_of_the_width_at_which_the_program_takes_least_time() -> None:
    facts = speed_facts(SPEED)
    assert facts[0] == ("as fast as jnp.tanh", f"2.50{TIMES}")
    assert dict(facts)["256-bit vectors"] == f"0.200 against 0.600 ns per element, 3.00{TIMES} as fast [2.90, 3.10]"
    assert speed_line(SPEED).startswith("beside jnp.tanh, arrays of 4,096: 0.200 against")
