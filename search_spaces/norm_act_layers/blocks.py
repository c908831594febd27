"""Building blocks: small graphs that normalizations and gates are made of, put into a draft whole."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TypeAlias

from search_spaces.norm_act_layers.draft import Draft
from search_spaces.norm_act_layers.layer import Leaf, Reference
from search_spaces.norm_act_layers.vocabulary import Operation

Block: TypeAlias = Callable[[Draft, Reference, str], Reference]
"""Adds the nodes of a function of a value, with its moments over an index set."""


def _centred(draft: Draft, value: Reference, index_set: str) -> Reference:
    return draft.add(Operation("sub"), value, draft.add(Operation("mean", index_set), value))


def _over_std(draft: Draft, value: Reference, index_set: str) -> Reference:
    return draft.add(Operation("div"), value, draft.add(Operation("std", index_set), value))


def _over_rms(draft: Draft, value: Reference, index_set: str) -> Reference:
    return draft.add(Operation("div"), value, draft.add(Operation("rms", index_set), value))


def _normalized(draft: Draft, value: Reference, index_set: str) -> Reference:
    centre = _centred(draft, value, index_set)
    return draft.add(Operation("div"), centre, draft.add(Operation("std", index_set), value))


def _threshold(draft: Draft, value: Reference, index_set: str) -> Reference:
    """Adds mean + z * std, with a learned z."""
    spread = draft.add(Operation("std", index_set), value)
    offset = draft.add(Operation("mul"), spread, draft.leaf(Leaf("scalar", 0.0)))
    return draft.add(Operation("add"), draft.add(Operation("mean", index_set), value), offset)


def _gate(draft: Draft, value: Reference, index_set: str) -> Reference:
    """Lets pass what is above the threshold."""
    above = draft.add(Operation("sub"), value, _threshold(draft, value, index_set))
    return draft.add(Operation("mul"), value, draft.add(Operation("sigmoid"), above))


def _swish(draft: Draft, value: Reference, index_set: str) -> Reference:
    del index_set
    scaled = draft.add(Operation("mul"), value, draft.leaf(Leaf("vector", 1.0)))
    return draft.add(Operation("mul"), value, draft.add(Operation("sigmoid"), scaled))


def _rectified(draft: Draft, value: Reference, index_set: str) -> Reference:
    del index_set
    return draft.add(Operation("max"), value, draft.leaf(Leaf("constant", 0.0)))


def _affine(draft: Draft, value: Reference, index_set: str) -> Reference:
    del index_set
    scaled = draft.add(Operation("mul"), value, draft.leaf(Leaf("vector", 1.0)))
    return draft.add(Operation("add"), scaled, draft.leaf(Leaf("vector", 0.0)))


BLOCKS: MappingProxyType[str, Block] = MappingProxyType(
    {
        "centred": _centred,
        "over_std": _over_std,
        "over_rms": _over_rms,
        "normalized": _normalized,
        "threshold": _threshold,
        "gate": _gate,
        "swish": _swish,
        "rectified": _rectified,
        "affine": _affine,
    }
)
"""Every block by its name."""


def add_block(draft: Draft, value: Reference) -> Reference:
    """Adds a random block on a value; index sets are those of the draft's vocabulary."""
    index_set = draft.rng.choice(draft.vocabulary.moments).index_set
    return draft.rng.choice(list(BLOCKS.values()))(draft, value, index_set)
