"""What every registered search space owes the engine."""

import json
from random import Random
from typing import Any

import pytest

from engine.setup import Factory
from search_spaces import SPACES

DRAWS = 200


@pytest.fixture(params=sorted(SPACES))
def space(request: pytest.FixtureRequest) -> Any:
    return Factory(SPACES[request.param]).build()


def genomes(space: Any, seed: int) -> list[Any]:
    """Draws random genomes, their mutants and their offspring."""
    rng = Random(seed)
    drawn = [space.random(rng) for _ in range(DRAWS)]
    mutated = [space.mutate(genome, rng) for genome in drawn]
    crossed = [space.crossover(first, second, rng) for first, second in zip(drawn, mutated[1:], strict=False)]
    return [*drawn, *mutated, *crossed]


def test_is_registered_under_its_own_name(space: Any) -> None:
    assert SPACES[space.name]


def test_equal_generators_draw_equal_genomes(space: Any) -> None:
    assert [space.encode(g) for g in genomes(space, 1)] == [space.encode(g) for g in genomes(space, 1)]
    assert [space.encode(g) for g in genomes(space, 1)] != [space.encode(g) for g in genomes(space, 2)]


def test_every_genome_is_read_back_as_it_was_written(space: Any) -> None:
    for genome in genomes(space, 3):
        text = space.encode(genome)
        assert space.decode(text) == genome
        json.dumps(text)


@pytest.mark.parametrize("text", ["", "null", "{}", "[", "\x00", '{"code": 1}', "\ud800", "9" * 5000])
def test_what_is_no_genome_is_refused(space: Any, text: str) -> None:
    with pytest.raises(ValueError):
        space.decode(text)


def test_canonical_genomes_of_equal_fingerprint_stay_so(space: Any) -> None:
    moved = 0
    for genome in genomes(space, 4):
        canonical = space.canonical(genome)
        fingerprint = space.fingerprint(canonical)
        assert 0 <= fingerprint < 2**63
        moved += space.fingerprint(space.canonical(canonical)) != fingerprint
    assert moved <= 1


def test_variation_goes_on_from_canonical_genomes(space: Any) -> None:
    rng = Random(5)
    genome = space.canonical(space.random(rng))
    seen = set()
    for _ in range(DRAWS):
        genome = space.canonical(space.mutate(genome, rng))
        seen.add(space.fingerprint(genome))
    assert len(seen) > DRAWS // 10
