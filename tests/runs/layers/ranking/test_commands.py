from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runs.layers.ranking import ablation, commands
from runs.layers.ranking.commands import COMMANDS
from runs.layers.run import LayersRun
from tests.runs.layers.ranking.made_run import calls
from tests.runs.layers.ranking.test_ablation import Searches


def run_command(name: str, arguments: list[str]) -> int:
    """Runs a subcommand with the words of a command line, as the parser of the whole command would."""
    from argparse import ArgumentParser

    (command,) = (command for command in COMMANDS if command.name == name)
    parser = ArgumentParser()
    for flags, settings in command.arguments:
        parser.add_argument(*flags, **settings)
    options: dict[str, Any] = vars(parser.parse_args(arguments))
    return command.run(**options)


def test_a_run_is_ranked(run: LayersRun, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("rank", [str(run.path), "--seeds", "2", "--finalists", "1"]) == 0
    text = capsys.readouterr().out
    assert "32 of 32 trainings" in text
    assert "2 trainings of 20 steps each in resnet, mobilenet" in text
    assert "evonorm_b0" in text


def test_an_option_that_makes_no_sense_is_refused(run: LayersRun) -> None:
    with pytest.raises(ValueError, match=r"options: \[ranking\] seeds must be above 0, not 0"):
        run_command("rank", [str(run.path), "--seeds", "0"])
    assert not calls(run.path)


def test_a_layer_is_transferred(run: LayersRun, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("transfer", [str(run.path), "best", "--network", "vit,efficientnet", "--steps", "5"]) == 0
    text = capsys.readouterr().out
    assert "vit on the images of the run: 3 trainings of 5 steps each" in text
    assert "efficientnet on the images of the run" in text


def test_a_layer_is_trained_without_each_of_its_nodes(run: LayersRun, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("deletions", [str(run.path), "bn_relu", "--seeds", "2"]) == 0
    text = capsys.readouterr().out
    assert "bn_relu without each of its nodes: 2 trainings of 20 steps each in resnet, mobilenet" in text
    assert "to bn_relu" in text
    assert "turned away before training: " in text


def test_rejections_are_sampled(run: LayersRun, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("rejections", [str(run.path), "--sample", "2"]) == 0
    text = capsys.readouterr().out
    assert "quality" in text
    assert "8 of 8 trainings" in text


@pytest.mark.usefixtures("invented")
def test_strategies_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    searches = Searches()
    monkeypatch.setattr(ablation, "start", searches.start)
    arguments = ["norm_act", "--strategies", "ageing,random_unscreened", "--candidates", "11", "--repeats", "1"]
    arguments += ["--networks", "resnet,mobilenet", "--steps", "20", "--workers", "0", "--out", str(tmp_path / "all")]
    assert run_command("compare", arguments) == 0
    text = capsys.readouterr().out
    assert f"ageing, repeat 1 of 1: {tmp_path / 'all' / 'ageing-1'}" in text
    assert "norm_act, 11 candidates for each search" in text
    assert [job.search.without_rejection for job in searches.started] == [False, True]


def test_every_command_has_an_example_that_begins_with_it() -> None:
    for command in commands.COMMANDS:
        assert command.example.startswith(f"primordia {command.name} ")
