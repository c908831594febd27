"""What a program costs: by the weights of its operations, by its compiled code, by the clock; one interface."""

from types import MappingProxyType

COST_MODELS = MappingProxyType(
    {
        "weights": "evaluators.float32_functions.cost.weights:WeightedCost",
        "static": "evaluators.float32_functions.cost.static:StaticCost",
        "measured": "evaluators.float32_functions.cost.measured:MeasuredCost",
    }
)
"""Every cost model by its name, as ``module:class``; the classes follow ``cost.model.CostModel``."""
