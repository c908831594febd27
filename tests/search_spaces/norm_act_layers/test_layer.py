import json
import re

import pytest

from search_spaces.norm_act_layers.builder import Builder
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import (
    Layer,
    Leaf,
    Node,
    decode,
    encode,
    live_nodes,
    live_references,
    running_moments,
    trainable_leaves,
    validate,
)

ZERO = (Leaf("constant", 0.0),)


def with_dead_code():
    """x * mean(x), between nodes and leaves that nothing uses."""
    return Layer(
        (
            Node("std", (0,), "bwh"),
            Node("mean", (0,), "bwh"),
            Node("mul", (1, -1)),
            Node("mul", (2, 0)),
            Node("mul", (4, -2)),
        ),
        (Leaf("vector", 1.0), Leaf("scalar", 0.5), Leaf("vector", 2.0)),
    )


def test_what_the_output_depends_on_is_live():
    layer = with_dead_code()
    assert live_nodes(layer) == (2, 4, 5)
    assert live_references(layer) == {0, 2, 4, 5, -2}
    assert trainable_leaves(layer) == (1,)
    assert running_moments(layer) == (1,)


def test_only_moments_over_the_batch_run_and_only_trained_leaves_train():
    graph = Builder()
    graph.op("add", graph.moment("mean", "wh"), graph.op("mul", graph.moment("var", "bwh"), graph.constant(2.0)))
    layer = graph.layer(affine=False)
    assert running_moments(layer) == (1,)
    assert trainable_leaves(layer) == ()


def test_apply_calls_the_meaning_of_live_nodes_in_order():
    calls = []

    def meaning(position, node, *operands):
        calls.append((position, node.op, operands))
        return f"{node.op}({','.join(map(str, operands))})"

    assert with_dead_code().apply("x", ["p", "q", "r"], meaning) == "mul(mul(mean(x),x),q)"
    assert calls[0] == (1, "mean", ("x",))
    assert [position for position, *_ in calls] == [1, 3, 4]


def test_the_text_of_a_layer_is_stable():
    graph = Builder()
    graph.op("max", graph.op("div", graph.x, graph.moment("std", "whc/g")), graph.constant(0.0))
    text = '{"code":"n1=std[whc/g](x);n2=div(x,n1);n3=max(n2,l0)","leaves":[["constant",0.0]],"affine":true}'
    assert encode(graph.layer(affine=True)) == text
    assert decode(text) == graph.layer(affine=True)


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_known_layers_are_read_back_as_they_were_written(name):
    layer = KNOWN_LAYERS[name]
    assert decode(encode(layer)) == layer == validate(layer)


def text(code="n1=add(x,l0)", leaves=(("constant", 1.0),), affine=True):
    return json.dumps({"code": code, "leaves": leaves, "affine": affine})


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (text("n1=pow(x)"), "node 0: operation 'pow' is unknown; use one of: add, mul, div"),
        (text("n1=add(x)"), "node 0 (add) takes 2 operands, not 1"),
        (text("n1=neg(x,x)"), "node 0 (neg) takes 1 operands, not 2"),
        (text("n1=mean(x)"), "node 0 (mean) has the index set ''; use one of: bwh, whc, wh, whc/g, c"),
        (text("n1=mean[hw](x)"), "node 0 (mean) has the index set 'hw'"),
        (text("n1=neg[bwh](x)"), "node 0 (neg) is no moment and takes no index set, but has 'bwh'"),
        (text("n1=neg(n1)"), "node 0 (neg) refers to 1; allowed are -1 (last leaf) to 0 (previous node)"),
        (text("n1=neg(l1)"), "node 0 (neg) refers to -2"),
        (text("n2=neg(x)"), "node 1 must read n1=operation(operands)"),
        (text("n1=neg(y)"), "node 1 must read"),
        (text(""), "node 1 must read"),
        (text(leaves=[["tensor", 1.0]]), "leaf 0 is a 'tensor'; use one of: constant, scalar, vector"),
        (text(leaves=[["constant", float("nan")]]), "leaf 0 must be finite, not nan"),
        (text(leaves=[["constant", "1"]]), "a leaf must read [kind, number]"),
        (text(leaves=[["constant", True]]), "a leaf must read [kind, number]"),
        (text(leaves=[["constant"]]), "not an encoded layer"),
        (text(leaves=[[["constant"], 1.0]]), "a leaf must read [kind, number]"),
        (text(affine=1), "affine must be true or false, not 1"),
        ('{"leaves":[],"affine":true}', "not an encoded layer"),
        ("[" * 100_000, "not an encoded layer"),
    ],
)
def test_a_broken_layer_is_refused_in_one_line_that_names_the_fault(broken, message):
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        decode(broken)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_layer_without_nodes_is_refused():
    with pytest.raises(ValueError, match="at least one node"):
        validate(Layer((), ZERO))
