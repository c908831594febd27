from pathlib import Path

import pytest

from runs.float32.report.gather import gather
from runs.float32.run import Float32Run
from tests.runs.float32.made_run import CUBIC, make_run
from tests.runs.float32.test_check_facts import checked


@pytest.fixture
def run(tmp_path: Path) -> Float32Run:
    return Float32Run(make_run(tmp_path / "run"))


def test_a_report_holds_what_the_run_does(run: Float32Run) -> None:
    checked(run.program(5), 0.65)
    data = gather(Float32Run(run.path))
    assert (data.name, data.run, data.seed, data.best, data.unit) == ("exp2 in float32", "run", 7, "3", "slots")
    cheap, dear = data.entries
    assert (cheap.cost, cheap.max_ulp, cheap.evidence) == (2.0, 0.75, ())
    assert (dear.program, dear.max_ulp) == (CUBIC, 0.65)
    assert dict(dear.evidence)["inputs"].startswith("7: ")
    assert [ancestor.id for ancestor in dear.lineage] == ["0", "3"]
    assert dear.lineage[0].max_ulp == 0.8
    assert dear.is_lineage_whole
    assert [cost.name for cost in data.costs] == ["duplicate", "type_and_cost", "sample", "survey", "dense"]


def test_the_course_is_every_candidate_that_was_cheaper_than_all_before(run: Float32Run) -> None:
    (course,) = gather(run).courses
    assert (course.candidates, course.costs, course.total) == ((1,), (2.0,), 7)
    assert course.front == ((2.0, 0.75), (3.0, 0.6))


def test_runs_of_the_same_target_are_drawn_beside_it(run: Float32Run, tmp_path: Path) -> None:
    other = Float32Run(make_run(tmp_path / "other", strategy="random"))
    assert [course.label for course in gather(run, [other]).courses] == ["niches, 7 candidates", "random, 7 candidates"]
    again = Float32Run(make_run(tmp_path / "again"))
    assert [course.label for course in gather(run, [again]).courses] == [
        "niches, 7 candidates, run",
        "niches, 7 candidates, again",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"function": "exp"}, "searched exp in float32 .*, not exp2 in float32"),
        ({"domain": ["0", "1"]}, r"on \[0, 1\].*, not exp2"),
        ({"cost": "static"}, "has another cost, static"),
    ],
)
def test_runs_of_something_else_are_refused(
    run: Float32Run, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    other = Float32Run(make_run(tmp_path / "other", **options))
    with pytest.raises(ValueError, match=message):
        gather(run, [other])
