import math

import pytest

from evaluators.float32_functions.specials import Special
from runs.float32.error_curve import ErrorCurve
from runs.float32.report.data import Ancestor, Course, Entry, Float32Data
from runs.protocol_costs import ProtocolCost
from tests.runs.float32.made_run import CUBIC, PARABOLA


@pytest.fixture
def data() -> Float32Data:
    """Returns a report of two programs, one of them checked, beside another search."""
    curve = ErrorCurve((-1.0, 0.0, 0.5), (-0.5, -0.25, -float("inf")), (0.5, 0.75, 0.0))
    cheap = Entry(
        "17", PARABOLA, 2.0, 0.91, (("inputs", "4,294,967,296"), ("greatest error", "0.91 ULP at x = <0.5>")),
        (Special("-inf", -math.inf, 0.0, 0.0, ok=True), Special("NaN", math.nan, 1.0, math.nan, ok=False)), curve,
        (Ancestor("3", "random", None, None, "x * 2"), Ancestor("9", "mutate", 3.0, 0.95, "x & 1")), False,
    )  # fmt: skip
    dear = Entry("21", CUBIC, 3.5, 0.62)
    return Float32Data(
        name="exp2 in float32", title="exp2 in float32 on all inputs, error at most 1 ULP", run="run-1", seed=7,
        started="today", seconds=61.0, stop_reason="time", candidates=1000, counts={"scored": 10},
        command="primordia search float32 --function=exp2", max_ulp=1.0, unit="slots", entries=(cheap, dear),
        best="17", speed=(("as fast as jnp.exp2", "2.10x"), ("512-bit vectors", "0.1 against 0.21")),
        costs=(ProtocolCost("type_and_cost", 1000, 400, 0.5, 30.0), ProtocolCost("sample", 600, 590, 6.0, 50.0)),
        courses=(
            Course("niches, 1,000 candidates", (3, 50), (9.0, 2.0), 1000, ((2.0, 0.91), (3.5, 0.62))),
            Course("random, 900 candidates", (5,), (8.0,), 900, ((8.0, 0.7),)),
        ),
        versions=(("numpy", "2.4"),),
    )  # fmt: skip
