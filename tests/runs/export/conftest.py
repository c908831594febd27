import pytest

from runs.export import Evidence
from search_spaces.program import Program


@pytest.fixture
def program() -> Program:
    """A continued fraction, squared, for 2**x: error 2.79e-8."""
    return Program(
        (
            ("add", 0, -1),
            ("div", -2, 1),
            ("add", 0, 2),
            ("add", 3, -3),
            ("div", -4, 4),
            ("add", 5, -5),
            ("mul", 6, 6),
        ),
        (
            (float.fromhex("-0x1.fff13ce4c5763p-2"), 1.1e-17),
            (float.fromhex("0x1.8fdfa8ac98defp+6"), -3.3e-16),
            (float.fromhex("-0x1.1d2b98ddd45cbp+4"), 2.0e-16),
            (float.fromhex("-0x1.499b86c53ae0ep+5"), 0.0),
            (float.fromhex("-0x1.306e5b3f79bffp+0"), -4.0e-17),
        ),
    )


@pytest.fixture
def evidence() -> Evidence:
    return Evidence(
        name="exp2",
        expression="2**x",
        domain="[0, 1]",
        lower=0.0,
        upper=1.0,
        metric="maximum relative error",
        measured_error=2.7927237e-8,
        proven_bound=2.793e-8,
        proof="ball arithmetic on Taylor models, 40 pieces at 128 bits",
        float64_error=2.7927238e-8,
        run="exp2-20261121-154312",
        program="4711",
        seed=7,
        date="2026-11-21",
        command="primordia search exp2 --seed 7 --candidates 100000",
        versions=(("primordia", "0.1.0"), ("jax", "0.10.2")),
    )
