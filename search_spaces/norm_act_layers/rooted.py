"""Mutations and crossover of layers whose nodes are all live.

Each operator changes a draft in place, and tells whether it applied. What comes of it is trimmed to its live nodes, and
taken only if it fits its space and has no flaw (:func:`search_spaces.norm_act_layers.norm_act.fitting`).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from types import MappingProxyType
from typing import TypeAlias

from primitives.moments import MOMENTS
from search_spaces.norm_act_layers.blocks import add_block
from search_spaces.norm_act_layers.draft import Draft
from search_spaces.norm_act_layers.layer import LEAF_KINDS, Layer, Leaf, Reference, X, arity
from search_spaces.norm_act_layers.norm_act import fitting
from search_spaces.norm_act_layers.vocabulary import Operation, Vocabulary

Mutation: TypeAlias = Callable[[Draft], bool]

_AT_OUTPUT = 0.3
"""Probability that something new is put between the last node and the output."""


def _pick_edge(draft: Draft) -> tuple[Reference, int, Reference]:
    """Draws an edge: its user (0 for the output), the position among the user's inputs, and its source."""
    if draft.rng.random() < _AT_OUTPUT:
        return 0, 0, draft.output
    user, slot = draft.rng.choice(draft.edges())
    return user, slot, draft.nodes[user - 1].inputs[slot]


def _set_edge(draft: Draft, user: Reference, slot: int, source: Reference) -> None:
    if user:
        draft.redirect(user, slot, source)
    else:
        draft.output = source


def insert(draft: Draft) -> bool:
    """Puts a new operation on one edge of the graph, the edge to the output included."""
    user, slot, source = _pick_edge(draft)
    operation = draft.draw_operation()
    operands = [source]
    if arity(operation.op) == 2:
        operands.append(draft.draw_operand(draft.independent(user) if user else draft.live_nodes()))
        draft.rng.shuffle(operands)
    _set_edge(draft, user, slot, draft.add(operation, *operands))
    return True


def insert_block(draft: Draft) -> bool:
    """Puts a building block, such as a normalization or a gate, on one edge."""
    if not draft.vocabulary.free_leaves:
        return False
    user, slot, source = _pick_edge(draft)
    if source < 0:
        return False
    _set_edge(draft, user, slot, add_block(draft, source))
    return True


def delete(draft: Draft) -> bool:
    """Takes one node out; its users get one of its inputs instead."""
    node = draft.rng.choice(draft.live_nodes())
    draft.replace_value(node, draft.rng.choice(draft.nodes[node - 1].inputs))
    return True


def hoist(draft: Draft) -> bool:
    """Puts a value in the place of one that is computed from it, and drops what was between."""
    node = draft.rng.choice(draft.live_nodes())
    inside = sorted(r for r in draft.cone(node) if r != node and r >= X and r not in draft.nodes[node - 1].inputs)
    if not inside:
        return False
    draft.replace_value(node, draft.rng.choice(inside))
    return True


def rewire(draft: Draft) -> bool:
    """Gives one input of one node a new source."""
    user, slot = draft.rng.choice(draft.edges())
    draft.redirect(user, slot, draft.draw_operand(draft.independent(user)))
    return True


def change_operation(draft: Draft) -> bool:
    """Replaces one operation by another; its inputs are kept, dropped or drawn as the new one asks."""
    node = draft.rng.choice(draft.live_nodes())
    operation = draft.draw_operation()
    operands = list(draft.nodes[node - 1].inputs)
    draft.rng.shuffle(operands)
    if arity(operation.op) > len(operands):
        operands.append(draft.draw_operand(draft.independent(node)))
    draft.set_operation(node, operation, operands)
    return True


def change_moment(draft: Draft) -> bool:
    """Gives one moment another index set, or takes another moment over the same one."""
    moments = [r for r in draft.live_nodes() if draft.nodes[r - 1].op in MOMENTS]
    if not moments:
        return False
    node = draft.rng.choice(moments)
    op, inputs, index_set = draft.nodes[node - 1]
    same_op = draft.rng.random() < 0.5
    others = [w for w in draft.vocabulary.moments if (w.op == op) == same_op and (w.index_set == index_set) != same_op]
    if not others:
        return False
    draft.set_operation(node, draft.rng.choice(others), list(inputs))
    return True


def perturb_leaf(draft: Draft) -> bool:
    """Moves the value of one leaf, by a step on a scale drawn anew."""
    leaf = _pick_leaf(draft)
    if leaf is None or not draft.vocabulary.free_leaves:
        return False
    kind, value = draft.leaves[leaf]
    step = draft.rng.gauss(0.0, 1.0) * 10.0 ** draft.rng.uniform(-2.0, 0.0)
    draft.leaves[leaf] = Leaf(kind, float(f"{value + step:.4g}"))
    return True


def replace_leaf(draft: Draft) -> bool:
    """Gives one use of a leaf another leaf, or makes one leaf trained that was constant and the other way round."""
    leaf = _pick_leaf(draft)
    if leaf is None:
        return False
    if draft.vocabulary.free_leaves and draft.rng.random() < 0.5:
        kinds = [kind for kind in LEAF_KINDS if kind != draft.leaves[leaf].kind]
        draft.leaves[leaf] = draft.leaves[leaf]._replace(kind=draft.rng.choice(kinds))
        return True
    uses = [(user, slot) for user, slot in draft.edges() if draft.nodes[user - 1].inputs[slot] == -1 - leaf]
    draft.redirect(*draft.rng.choice(uses), draft.draw_leaf())
    return True


def _pick_leaf(draft: Draft) -> int | None:
    live = sorted(-1 - r for r in draft.cone(draft.output) if r < 0)
    return draft.rng.choice(live) if live else None


MUTATIONS: MappingProxyType[str, tuple[Mutation, float]] = MappingProxyType(
    {
        "insert": (insert, 0.25),
        "insert_block": (insert_block, 0.07),
        "delete": (delete, 0.12),
        "hoist": (hoist, 0.06),
        "rewire": (rewire, 0.15),
        "change_operation": (change_operation, 0.15),
        "change_moment": (change_moment, 0.1),
        "perturb_leaf": (perturb_leaf, 0.04),
        "replace_leaf": (replace_leaf, 0.06),
    }
)
"""Every mutation by its name, with the probability at which it is drawn."""

_NAMES = tuple(MUTATIONS)
_PROBABILITIES = tuple(probability for _, probability in MUTATIONS.values())


def mutate_layer(layer: Layer, vocabulary: Vocabulary, rng: Random) -> Layer | None:
    """Tries one mutation, drawn by its probability.

    Returns:
        the child in canonical form, or None where the mutation does not apply or gives no layer of the space.
    """
    (name,) = rng.choices(_NAMES, _PROBABILITIES)
    draft = Draft(vocabulary, rng, layer)
    return fitting(draft) if MUTATIONS[name][0](draft) else None


def cross_layers(recipient: Layer, donor: Layer, vocabulary: Vocabulary, rng: Random) -> Layer | None:
    """Tries to put a subgraph of the donor on an edge of the recipient.

    The subgraph computes one random value of the donor. It reads the input, or the value that ran along the edge
    before, with equal probability.

    Returns:
        the child in canonical form, or None where it is no layer of the space.
    """
    draft, other = Draft(vocabulary, rng, recipient), Draft(vocabulary, rng, donor)
    user, slot, source = _pick_edge(draft)
    start = source if rng.random() < 0.5 and source > 0 else X
    chosen = rng.choice(other.live_nodes())
    moved: dict[Reference, Reference] = {X: start}
    for reference in sorted(other.cone(chosen)):
        if reference < 0:
            moved[reference] = draft.leaf(donor.leaves[-1 - reference])
        elif reference > 0:
            op, inputs, index_set = donor.nodes[reference - 1]
            moved[reference] = draft.add(Operation(op, index_set), *[moved[r] for r in inputs])
    _set_edge(draft, user, slot, moved[chosen])
    return fitting(draft)
