"""The search space of normalization-activation layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from search_spaces.norm_act_layers import canonical_form
from search_spaces.norm_act_layers import layer as layer_text
from search_spaces.norm_act_layers.evonorm import NUM_NODES, evonorm_vocabulary, mutate_graph, random_graph
from search_spaces.norm_act_layers.layer import Layer
from search_spaces.norm_act_layers.norm_act import MAX_NODES, grow_layer, norm_act_vocabulary
from search_spaces.norm_act_layers.rooted import cross_layers, mutate_layer
from search_spaces.norm_act_layers.vocabulary import Vocabulary

PRESETS = ("norm_act", "evonorm")
VARIATIONS = ("rooted", "paper")

_MAX_DRAWS = 2000
_MAX_GRAFTS = 20


@dataclass(frozen=True, slots=True)
class NormActLayers:
    """Graphs of elementwise operations, moments and trained vectors.

    Attributes:
        preset: ``norm_act`` for all operations, ``evonorm`` for those of the paper.
        series: ``S`` leaves out moments over the batch; ``B`` and the empty one, the same, have them.
        max_nodes: the most nodes of a layer, or the number of nodes of a graph under the paper's variation; 0 for the
            preset's own number.
        variation: ``rooted`` grows and changes layers from their output, so that all nodes are live and what is plainly
            useless is not drawn; ``paper`` draws uniform graphs and redraws one node, dead or alive.
    """

    preset: str = "norm_act"
    series: str = ""
    max_nodes: int = 0
    variation: str = "rooted"
    name = "norm_act_layers"
    _vocabulary: Vocabulary = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for label, value, allowed in (
            ("preset", self.preset, PRESETS),
            ("variation", self.variation, VARIATIONS),
        ):
            if value not in allowed:
                raise ValueError(f"{label} must be one of {', '.join(allowed)}, not {value!r}")
        if self.max_nodes < 0:
            raise ValueError(f"max_nodes must be at least 1, or 0 for the preset's own, not {self.max_nodes}")
        if self.preset == "evonorm":
            vocabulary = evonorm_vocabulary(self.series, self.max_nodes or NUM_NODES)
        else:
            vocabulary = norm_act_vocabulary(self.series, self.max_nodes or MAX_NODES)
        object.__setattr__(self, "_vocabulary", vocabulary)

    @property
    def vocabulary(self) -> Vocabulary:
        """What layers are made of."""
        return self._vocabulary

    def random(self, rng: Random) -> Layer:
        """Returns a random layer."""
        if self.variation == "paper":
            return random_graph(self._vocabulary, rng)
        return grow_layer(self._vocabulary, rng)

    def mutate(self, genome: Layer, rng: Random) -> Layer:
        """Returns the layer after one mutation.

        Raises:
            ValueError: when no mutation brings the layer into the space, as when it is far too large.
        """
        if self.variation == "paper":
            return mutate_graph(genome, self._vocabulary, rng)
        before = canonical_form.canonical(genome)
        for _ in range(_MAX_DRAWS):
            child = mutate_layer(before, self._vocabulary, rng)
            if child is not None and child != before:
                return child
        raise ValueError(
            f"a layer of {len(before.nodes)} nodes cannot be mutated to one of the space {self.preset!r}, series "
            f"{self.series!r}, of at most {self._vocabulary.max_nodes} nodes; raise max_nodes or widen the space"
        )

    def crossover(self, first: Layer, second: Layer, rng: Random) -> Layer:
        """Returns the first layer with a subgraph of the second put in, or mutated where none fits.

        The paper has no crossover; under its variation the first layer is mutated.
        """
        if self.variation == "rooted":
            before = canonical_form.canonical(first)
            for _ in range(_MAX_GRAFTS):
                child = cross_layers(before, second, self._vocabulary, rng)
                if child is not None and child != before:
                    return child
        return self.mutate(first, rng)

    def canonical(self, genome: Layer) -> Layer:
        """Returns the representative of the layers that are the same but for their writing.

        Under the paper's variation the graph comes back as it is, since its dead nodes may come to life; that they do
        not count is then the fingerprint's affair.
        """
        return genome if self.variation == "paper" else canonical_form.canonical(genome)

    def fingerprint(self, genome: Layer) -> int:
        """Returns the 63-bit hash of the canonical form."""
        return canonical_form.fingerprint(canonical_form.canonical(genome))

    def encode(self, genome: Layer) -> str:
        """Writes a layer as one line of JSON."""
        return layer_text.encode(genome)

    def decode(self, text: str) -> Layer:
        """Reads a layer, checking every operation and reference."""
        return layer_text.decode(text)
