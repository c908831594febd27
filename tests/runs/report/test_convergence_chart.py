import dataclasses
import itertools
import random

from runs.report.convergence_chart import convergence_chart, spread
from runs.report.markup import write


def test_labels_are_spread_without_changing_their_order():
    rng = random.Random(0)
    for _ in range(50):
        positions = [rng.uniform(0, 100) for _ in range(rng.randint(1, 12))]
        placed = spread(positions, 13.0)
        order = sorted(range(len(positions)), key=positions.__getitem__)
        assert order == sorted(range(len(placed)), key=placed.__getitem__)
        ordered = sorted(placed)
        assert all(b - a > 13 - 1e-9 for a, b in itertools.pairwise(ordered))
    assert spread([10.0, 50.0], 13.0) == [10.0, 50.0]


def test_one_staircase_per_size(data):
    text = write(convergence_chart(data))
    assert text.count("line stair") == 2 * len(data.convergence)
    assert "8 operations: 1.709e-9 after 640,000 candidates" in text
    assert convergence_chart(dataclasses.replace(data, convergence=())) is None
