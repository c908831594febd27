import pytest

from runs.functions.run import FunctionRun
from runs.report.gather import error_curve, gather, write_run_report
from tests.runs.functions.made_run import LINE, PADE, make_run


@pytest.fixture
def run(tmp_path) -> FunctionRun:
    return FunctionRun(make_run(tmp_path / "run"))


def test_a_run_folder_becomes_a_report(run):
    data = gather(run)
    assert (data.name, data.expression, data.metric, data.seed) == ("exp2", "2**x", "maximum relative error", 7)
    assert (data.candidates, data.seconds, data.stop_reason) == (6, 2.5, "candidates")
    assert [(entry.id, entry.program, entry.measured_error) for entry in data.entries] == [
        ("3", LINE, 0.02), ("5", PADE, 0.01),
    ]  # fmt: skip
    assert [ancestor.id for ancestor in data.entries[1].lineage] == ["0", "3"]
    assert [row.errors for row in data.convergence] == [(0.04, 0.02), (0.01,)]
    assert {(rival.family, rival.operations): round(rival.max_error, 6) for rival in data.rivals} == {
        ("polynomial", 2): 0.029821, ("rational", 2): 0.029821, ("continued fraction", 2): 0.029821,
        ("continued fraction", 3): 0.000867, ("random programs", 2): 0.04,
    }  # fmt: skip
    assert dict(data.verdicts)["rejected:pole"] == 1


def test_the_error_curve_is_the_weighted_difference(run):
    curve = error_curve(LINE, run.target)
    assert curve is not None
    for x, error in zip(curve.points, curve.errors, strict=True):
        assert error == pytest.approx((0.991 * x + 0.98) / 2**x - 1, abs=1e-15)


def test_the_report_lies_in_the_run_folder_and_can_be_written_again(run):
    path = write_run_report(run)
    assert path == run.folder.report
    assert "exp2" in path.read_text(encoding="utf-8")
    write_run_report(run)


def test_proven_bounds_appear_once_the_front_is_proven(run):
    data = gather(run.prove())
    for entry in data.entries:
        assert entry.proven_bound is not None
        assert entry.measured_error <= entry.proven_bound <= 1.1 * entry.measured_error
        assert entry.proof.startswith("ball arithmetic")


def test_the_fronts_of_other_runs_are_rivals_named_by_strategy_and_candidates(run, tmp_path):
    other = FunctionRun(make_run(tmp_path / "other", strategy="random"))
    rivals = [rival for rival in gather(run, [other]).rivals if rival.family == "random, 6 candidates"]
    assert [(rival.operations, rival.max_error) for rival in rivals] == [(2, 0.02), (3, 0.01)]
    twins = {rival.family for rival in gather(run, [other, other]).rivals}
    assert "random, 6 candidates, seed 7" in twins
    assert "random, 6 candidates" not in twins
    text = run.report(against=[other.path]).read_text(encoding="utf-8")
    assert "random, 6 candidates: 3 operations" in text
    assert "random, 6 candidates" not in run.report().read_text(encoding="utf-8")


@pytest.mark.parametrize("options", [{"domain": ["0", "1/2"]}, {"error": "absolute"}])
def test_a_run_of_another_target_is_no_rival(run, tmp_path, options):
    other = make_run(tmp_path / "other", **options)
    with pytest.raises(ValueError, match=r"other' searched exp2 on .*, not exp2 on \(0, 1\], relative error; compare"):
        run.report(against=[other])
    assert not run.folder.report.exists()
