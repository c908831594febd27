import random

import pytest

from engine.verdict import Status
from runs.folder import table as table_module
from runs.folder.table import EvaluationTable
from runs.report.ancestry import read_lineages
from runs.report.data import RANDOM
from runs.report.history import read_history
from search_spaces.program import Program, encode
from tests.runs.rows import OBJECTIVES, record


@pytest.fixture
def records(tmp_path, monkeypatch):
    """400 rows in parts of 64, ids with gaps, parents older than children."""
    monkeypatch.setattr(table_module, "PART_ROWS", 64)
    rng = random.Random(3)
    rows = []
    for number in range(400):
        size = rng.randint(2, 6)
        program = Program(tuple(("add", k, -1) for k in range(size)), ((number + 0.5, 0.0),))
        parents = tuple(sorted({rng.choice(rows).id for _ in range(rng.randint(1, 2))})) if number > 20 else ()
        status = rng.choice([Status.SCORED, Status.SCORED, Status.DUPLICATE, Status.REJECTED])
        objectives = (float(size), rng.lognormvariate(-number / 40, 1)) if status is Status.SCORED else ()
        rows.append(
            record(3 * number + 1, genome=encode(program), parents=parents, status=status, objectives=objectives,
                   operator="random" if not parents else "mutate")
        )  # fmt: skip
    table = EvaluationTable(tmp_path, OBJECTIVES)
    table.append(rows)
    table.flush()
    assert len(list(tmp_path.iterdir())) == 7
    return rows


def test_convergence_is_the_running_minimum_of_each_size(records, tmp_path):
    convergence, _ = read_history(tmp_path, "operations", "max_error", 400)
    assert [row.operations for row in convergence] == [2, 3, 4, 5, 6]
    for row in convergence:
        steps, best = [], float("inf")
        for tried, r in enumerate(records, 1):
            if r.objectives and r.objectives[0] == row.operations and r.objectives[1] < best:
                best = r.objectives[1]
                steps.append((tried, best))
        assert list(zip(row.candidates, row.errors, strict=True)) == steps


def test_random_programs_form_a_falling_front(records, tmp_path):
    _, rivals = read_history(tmp_path, "operations", "max_error", 400)
    best = {}
    for r in records:
        if r.objectives and r.operator == "random":
            best[r.objectives[0]] = min(best.get(r.objectives[0], float("inf")), r.objectives[1])
    expected = [
        (RANDOM, size, error) for size, error in sorted(best.items())
        if all(error < other for smaller, other in best.items() if smaller < size)
    ]  # fmt: skip
    assert [(r.family, r.operations, r.max_error) for r in rivals] == expected


@pytest.mark.usefixtures("records")
def test_rows_beyond_the_checkpoint_do_not_count(tmp_path):
    convergence, _ = read_history(tmp_path, "operations", "max_error", 100)
    assert max(row.candidates[-1] for row in convergence) <= 100


def brute_ancestors(records, identity):
    by_id = {r.id: r for r in records}
    found, queue = set(), list(by_id[identity].parents)
    while queue:
        parent = queue.pop()
        if parent not in found:
            found.add(parent)
            queue += by_id[parent].parents
    return found


def test_lineages_are_the_nearest_ancestors(records, tmp_path, monkeypatch):
    monkeypatch.setattr("runs.report.ancestry.MOST_ANCESTORS", 7)
    wanted = [records[k].id for k in (0, 25, 90, 200, 398, 399)]
    lineages = read_lineages(tmp_path, wanted, "max_error")
    by_id = {r.id: r for r in records}
    assert not lineages[wanted[0]].ancestors
    assert {lineage.is_whole for lineage in lineages.values()} == {True, False}
    for identity, lineage in lineages.items():
        everyone = sorted(brute_ancestors(records, identity), reverse=True)
        assert lineage.is_whole == (len(everyone) <= 7)
        assert [int(a.id) for a in lineage.ancestors] == everyone[:7]
        for ancestor in lineage.ancestors:
            row = by_id[int(ancestor.id)]
            assert ancestor.operator == row.operator
            assert (ancestor.error == row.objectives[1]) if row.objectives else ancestor.error != ancestor.error
