"""What the tests of the training-free protocols share."""

import functools

import numpy as np

from evaluators.norm_act_layers.protocols.specimen import Specimen, make_probes
from search_spaces.norm_act_layers.builder import Builder


@functools.cache
def probes():
    return make_probes()


def figure(protocol, layer):
    with np.errstate(all="ignore"):
        return protocol.figure(Specimen(layer, probes()))


def written(*statements, affine=True):
    """Writes a layer from statements: an operation, then operands: ``x``, a number, ``v1`` or ``s0`` (trained, from 1
    or 0), or ``-1`` (as text) for the value of the statement before, ``-2`` for the one before that.

    A moment is written ``mean[wh]``.
    """
    graph, values, leaves = Builder(), [], {}

    def operand(word):
        if word == "x":
            return graph.x
        if isinstance(word, str) and word.startswith("-"):
            return values[int(word)]
        if word not in leaves:
            kind = {"v": "vector", "s": "scalar"}.get(str(word)[0], "constant")
            value = float(word if kind == "constant" else word[1:])
            leaves[word] = graph.leaf(kind, value)
        return leaves[word]

    for name, *words in statements:
        operands = [operand(word) for word in words]
        op, _, index_set = name.rstrip("]").partition("[")
        values.append(graph.moment(op, index_set, *operands) if index_set else graph.op(op, *operands))
    return graph.layer(affine)
