from __future__ import annotations

import pytest

from runs.folder.checkpoint import Progress, State, write_checkpoint
from runs.layers.ranking.contenders import finalists, known, rows_with, scored
from runs.layers.run import LayersRun
from search_spaces.norm_act_layers import KNOWN_LAYERS, decode, encode
from tests.runs.layers.ranking.made_run import LAYERS


def test_the_front_comes_first_then_the_least_mean_error_each_layer_once(run: LayersRun) -> None:
    found = finalists(run, 10)
    assert [contender.name for contender in found] == ["3", "2", "5", "6", "0"]
    assert [decode(contender.layer) for contender in found] == [
        KNOWN_LAYERS[LAYERS[int(contender.name)][0]] for contender in found
    ]


def test_only_the_best_are_taken(run: LayersRun) -> None:
    assert [contender.name for contender in finalists(run, 2)] == ["3", "2"]


def test_a_known_layer_that_was_found_again_is_no_finalist(run: LayersRun) -> None:
    assert "6" not in [contender.name for contender in finalists(run, 10, known(["bn_relu"]))]


def test_scored_candidates_have_their_mean_error(run: LayersRun) -> None:
    assert [(round(error, 6), identity) for error, identity, _ in scored(run)] == [
        (0.45, 0),
        (0.375, 2),
        (0.3, 3),
        (0.31, 5),
        (0.35, 6),
        (0.32, 8),
    ]


def test_rows_beyond_the_checkpoint_do_not_count(run: LayersRun) -> None:
    write_checkpoint(run.folder.checkpoint, Progress(2, 5, 1.0, {}, ()), State({}, {}))
    assert [row["id"] for row in rows_with(LayersRun(run.path), "rejected", ["id"])] == [1, 4]


def test_a_run_that_scored_nothing_has_no_finalists(run: LayersRun, monkeypatch: pytest.MonkeyPatch) -> None:
    run.folder.front.unlink()
    write_checkpoint(run.folder.checkpoint, Progress(0, 0, 1.0, {}, ()), State({}, {}))
    empty = LayersRun(run.path)
    monkeypatch.setattr("runs.layers.ranking.contenders.scored", lambda _: [])
    with pytest.raises(ValueError, match="has no scored layer to rank; let it search longer: primordia resume"):
        finalists(empty, 3)


def test_known_layers_are_encoded() -> None:
    assert known(["bn_relu", "evonorm_s0"]) == [
        ("bn_relu", encode(KNOWN_LAYERS["bn_relu"])),
        ("evonorm_s0", encode(KNOWN_LAYERS["evonorm_s0"])),
    ]
