from evaluators.float32_functions.evaluator import Float32Evaluator
from evaluators.float32_functions.objectives import OBJECTIVES, PROTOCOLS


def test_the_driver_knows_what_the_evaluator_promises() -> None:
    assert Float32Evaluator.objectives is OBJECTIVES
    assert Float32Evaluator.protocols is PROTOCOLS


def test_errors_are_compared_on_a_log_scale_and_costs_are_not() -> None:
    assert [(row.name, row.unit, row.log_scale) for row in OBJECTIVES] == [
        ("cost", "slots", False),
        ("max_ulp", "ULP", True),
    ]
