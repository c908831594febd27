import keyword

from primitives.moments import INDEX_SETS, MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from runs.layers.export.value_names import value_name
from search_spaces.norm_act_layers.layer import Node

# Names that the exported code uses for something else.
TAKEN = {"x", "y", "shape", "dtype", "params", "state", "train", "training", "torch", "ops", "jax", "nn", "constant"}


def test_every_value_has_a_name_of_its_own():
    nodes = [Node(op, ()) for op in TENSOR_PRIMITIVES] + [Node(op, (), name) for op in MOMENTS for name in INDEX_SETS]
    names = [value_name(node) for node in nodes]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in names)
    assert not TAKEN.intersection(names)
    assert value_name(Node("std", (0,), "whc/g")) == "group_std"
