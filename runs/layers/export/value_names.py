"""What the values of a layer's nodes are called in exported code."""

from __future__ import annotations

from types import MappingProxyType

from search_spaces.norm_act_layers.layer import Node

_OF_INDEX_SET = MappingProxyType({"bwh": "batch", "whc": "sample", "wh": "instance", "whc/g": "group", "c": "token"})

_OF_OPERATION = MappingProxyType(
    {
        "add": "total",
        "sub": "difference",
        "mul": "product",
        "div": "quotient",
        "max": "larger",
        "min": "smaller",
        "neg": "negated",
        "sigmoid": "gate",
        "exp": "exponential",
        "signed_log": "logarithm",
        "abs": "magnitude",
        "square": "squared",
        "signed_sqrt": "signed_root",
        "sin": "sine",
        "sqrt": "root",
        "rsqrt": "inverse_root",
    }
)
"""Where it is not the operation's name."""


def value_name(node: Node) -> str:
    """Returns a name for the value of a node: ``batch_std``, ``product``."""
    return f"{_OF_INDEX_SET[node.index_set]}_{node.op}" if node.index_set else _OF_OPERATION.get(node.op, node.op)
