import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from evaluators.float32_functions.cost.model import cost_model
from evaluators.float32_functions.protocols import Protocols
from evaluators.float32_functions.semantics import run_exact
from evaluators.float32_functions.settings import FitConfig, ProtocolsConfig
from evaluators.float32_functions.stages import RejectionError, Stages
from evaluators.float32_functions.targets import MachineTarget, target
from primitives.float_format import FLOAT32
from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.known_programs import KNOWN_PROGRAMS
from search_spaces.float32_functions.typed_program import TypedProgram
from tests.evaluators.float32_functions.typed_programs import exp2_program

FAST = ProtocolsConfig(survey_points=5000, dense_points=20_000)
INNER = target("exp2", -125.0, 127.0)
UNIT = target("exp2", 0.0, 1.0)


def protocols(of: MachineTarget, config: ProtocolsConfig = FAST) -> Protocols:
    return Protocols(of, FLOAT32, 1.0, FitConfig(polish_batches=40), config)


def written(write: Callable[[Builder, Value], Value]) -> TypedProgram:
    b = Builder()
    return b.program(write(b, b.x))


def rejection(of: Protocols, program: TypedProgram, *, refine: bool = False) -> RejectionError:
    stages = Stages(program)
    with pytest.raises(RejectionError) as caught:
        of.refine(stages) if refine else of.judge(stages, 1)
    assert list(stages.seconds)[-1] == caught.value.protocol
    return caught.value


@pytest.fixture(scope="module")
def inner() -> Protocols:
    return protocols(INNER)


def test_the_good_pass_all_with_their_constants_fitted(inner: Protocols) -> None:
    stages = Stages(exp2_program())
    assert inner.judge(stages, 1) < 1.0
    assert stages.program != exp2_program()
    assert list(stages.seconds) == ["type_and_cost", "sample", "survey"]
    assert inner.refine(stages) < 0.85
    assert list(stages.seconds) == ["type_and_cost", "sample", "survey", "polish", "dense", "vicinity"]
    assert stages.metrics["compiled_differs"] == 0


def test_the_vicinity_shows_what_a_sample_does_not() -> None:
    program = KNOWN_PROGRAMS["log2"].program
    evidence = KNOWN_PROGRAMS["log2"].evidence
    stages = Stages(program)
    error = protocols(target("log2"), ProtocolsConfig()).refine(stages)
    assert stages.program == program
    assert stages.metrics["dense_ulp"] < error
    assert evidence.max_ulp - 0.01 < error <= evidence.max_ulp


def test_cost_is_bounded() -> None:
    cheap = protocols(INNER, replace(FAST, max_cost=5.0))
    found = rejection(cheap, exp2_program())
    assert (found.protocol, found.figure) == ("type_and_cost", cost_model("weights")(exp2_program()))


def test_a_program_that_does_not_read_x_is_turned_away_first(inner: Protocols) -> None:
    assert rejection(inner, written(lambda b, x: b("neg", b.free(1.0)))).protocol == "type_and_cost"  # noqa: ARG005


def test_too_few_terms_fail_over_the_reals(inner: Protocols) -> None:
    found = rejection(inner, exp2_program(degree=3))
    assert found.protocol == "sample"
    assert 100 < found.figure < 10_000


def test_a_program_that_only_rounds_badly_fails_the_sample() -> None:
    # Over the reals it is 2^x to the last bit of the fit; the detour by 1000 loses ten bits.
    degree = 7

    def write(b: Builder, x: Value) -> Value:
        value = b.free(0.0)
        for k in range(degree - 1, -1, -1):
            value = b("fma", value, x, b.free(math.log(2) ** k / math.factorial(k)))
        return (value + 1000.0) * 0.5 - 500.0 + value * 0.5

    found = rejection(protocols(UNIT), written(write))
    assert found.protocol == "sample"
    assert found.figure > 100


def test_wrong_values_at_special_inputs_fail_the_survey() -> None:
    # right on normal results, wrong where the exponent wraps around and for NaN
    found = rejection(protocols(target("exp2")), exp2_program(clamp=False))
    assert (found.protocol, found.figure) == ("survey", math.inf)


def test_a_program_that_xla_simplifies_is_judged_as_compiled() -> None:
    # x + 2^24 - 2^24 is 0 or 2 for x in [0, 1] by its meaning, but XLA cancels the constants
    x = Builder().x
    program = x.builder.program((x + 2.0**24) - 2.0**24)
    of = Protocols(target("sin", 0.25, 1.0), FLOAT32, 2.0**30, FitConfig(polish_batches=0), FAST)
    stages = Stages(program)
    of.judge(stages, 1)
    of.refine(stages)
    assert stages.metrics["compiled_differs"] > 0.9
    assert stages.metrics["survey_ulp"] > 2.0**22 > stages.metrics["dense_ulp"]


def test_a_domain_of_few_inputs_is_checked_whole() -> None:
    lower, upper = 1.0, 1.0 + 2.0**-10
    stages = Stages(written(lambda b, x: b("fma", b("fma", b.free(0.5), x, b.free(1.0)), x, b.free(0.5))))
    error = protocols(MachineTarget("exp2", lower, upper, nan=False)).refine(stages)
    assert list(stages.seconds) == ["type_and_cost", "polish", "dense", "exhaustive"]
    x = np.linspace(lower, upper, 2**13 + 1)
    assert stages.metrics["exhaustive_inputs"] == len(x)
    values = run_exact(stages.program, x, flush=True)[-1].astype(np.float64)
    assert error == pytest.approx((np.abs(values - np.exp2(x)) / 2.0**-22).max(), rel=1e-6)
