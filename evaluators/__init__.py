"""Evaluators: jitted scorers, the rejection protocols in front of them, constant fitting, proofs."""

from types import MappingProxyType

EVALUATORS = MappingProxyType(
    {
        "float32_functions": "evaluators.float32_functions.evaluator:build",
        "norm_act_layers": "evaluators.norm_act_layers.evaluator:build",
        "real_functions": "evaluators.real_functions:build",
        "synthetic_data": "evaluators.synthetic_data.evaluator:build",
    }
)
"""Every registered evaluator by the name of its space, as ``module:function``, called with plain data in a worker."""
