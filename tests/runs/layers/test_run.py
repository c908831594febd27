from pathlib import Path

import pytest

from runs.layers import problem
from runs.layers.run import LayersRun
from runs.layers.session import start
from search_spaces.norm_act_layers import KNOWN_LAYERS
from tests.runs.layers.toy import TOYS, toy_job


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> LayersRun:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problem, "EVALUATORS", TOYS)
        return start(toy_job(tmp_path_factory.mktemp("run")))


def test_the_front_is_that_of_the_table_and_its_mean_decides(run: LayersRun) -> None:
    table = run.table().to_table(["id", *(o.name for o in run.objectives)]).to_pylist()
    points = {
        row["id"]: (row["error_resnet"], row["error_mobilenet"], row["error_efficientnet"])
        for row in table
        if row["error_resnet"] is not None
    }
    best = {
        identity: sum(point) / 3
        for identity, point in points.items()
        if not any(
            other != point and all(a <= b for a, b in zip(other, point, strict=True)) for other in points.values()
        )
    }
    assert [found.id for found in run.front] == sorted(best, key=lambda identity: best[identity])
    assert [found.error for found in run.front] == pytest.approx(sorted(best.values()))
    assert run.best().name == run.layer("best").name == run.front[0].name


def test_layers_are_named_by_id_or_as_known(run: LayersRun) -> None:
    found = run.front[-1]
    assert run.layer(found.name) == run.layer(found.id or 0) == found
    assert found.formula.startswith("gamma")
    known = run.layer("evonorm_b0")
    assert (known.id, known.error, known.layer) == (None, None, KNOWN_LAYERS["evonorm_b0"])
    scored = next(row for row in run.table().to_table().to_pylist() if row["error_resnet"])
    assert run.layer(scored["id"]).objectives["error_resnet"] == scored["error_resnet"]


def test_ancestors_are_those_of_the_table(run: LayersRun) -> None:
    child = next(row for row in run.table().to_table().to_pylist() if row["parents"] and row["error_resnet"])
    ids = [row["id"] for row in run.lineage(child["id"])]
    assert ids[0] == child["id"]
    assert set(child["parents"]) <= set(ids)


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ("best_one", "'best_one' is no layer; give the id of a candidate, best, or one of: batch_norm, layer_norm"),
        ("999", "has no candidate 999"),
        ("rejected", "was not scored but rejected; take a scored one"),
    ],
)
def test_a_layer_that_is_not_there_is_refused(run: LayersRun, which: str, message: str) -> None:
    if which == "rejected":
        which = next(str(row["id"]) for row in run.table().to_table().to_pylist() if row["status"] == "rejected")
    with pytest.raises(ValueError, match=message):
        run.layer(which)
    with pytest.raises(ValueError, match="is a known layer without ancestors"):
        run.lineage("bn_relu")


@pytest.mark.usefixtures("toys")
def test_a_run_without_a_layer_has_no_best(tmp_path: Path) -> None:
    run = start(toy_job(tmp_path, candidates=1, seed=2))
    assert run.progress.counts == {"rejected:gain": 1}
    with pytest.raises(ValueError, match="has no layer yet"):
        run.best()
    assert list(run.finish()) == [
        ("front", f"no layer was scored; search longer: primordia resume {run.path} --minutes N")
    ]
