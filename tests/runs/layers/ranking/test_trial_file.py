from __future__ import annotations

import json
from pathlib import Path

import pytest

from runs.layers.ranking.trial_file import TRIALS_FILE, append_trials, read_trials
from tests.runs.layers.ranking.trainings import training

SOUND = training("bn_relu")
FAILED = training("7", accuracies={}, failure="the loss is nan after 20 steps", steps=20)


def test_what_is_appended_is_read_back_in_order(tmp_path: Path) -> None:
    append_trials(tmp_path, [SOUND])
    append_trials(tmp_path, [FAILED, training("bn_relu", seed=2)])
    assert read_trials(tmp_path) == (SOUND, FAILED, training("bn_relu", seed=2))


def test_a_run_without_the_file_has_no_trainings(tmp_path: Path) -> None:
    assert read_trials(tmp_path) == ()


def test_a_line_is_plain_json_with_one_key_per_part_of_the_images(tmp_path: Path) -> None:
    append_trials(tmp_path, [SOUND])
    line = json.loads((tmp_path / TRIALS_FILE).read_text())
    assert line["primordia.format"] == 1
    assert (line["name"], line["network"], line["seed"], line["test"], line["purpose"]) == (
        "bn_relu",
        "resnet",
        1,
        0.5,
        "rank",
    )


def test_every_tear_of_the_last_line_loses_that_line_only(tmp_path: Path) -> None:
    append_trials(tmp_path, [SOUND, FAILED])
    path = tmp_path / TRIALS_FILE
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for end in range(first, len(whole), 40):
        path.write_bytes(whole[:end])
        assert read_trials(tmp_path) == (SOUND,)
        append_trials(tmp_path, [FAILED])
        assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"nonsense", "line 2 is no training of a layer; restore the file"),
        (b"\xff\xfe", "line 2 is no training"),
        (b"[1]", "line 2 is no training"),
        (b"[" * 100_000, "line 2 is no training"),
        (b'{"primordia.format": 1, "name": "x"}', "line 2 is no training"),
        (b'{"primordia.format": 9}', "has format 9, this Primordia reads up to format 1"),
        (b'{"name": "x"}', "carries no primordia.format"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: bytes, message: str) -> None:
    append_trials(tmp_path, [SOUND])
    with (tmp_path / TRIALS_FILE).open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(ValueError, match=f"trials.jsonl'.*{message}"):
        read_trials(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": "1"},
        {"test": 1.5},
        {"test": "x"},
        {"search": float("nan")},
        {"layer": 3},
        {"layer": "n1=frobnicate(x)"},
        {"network": "vgg"},
    ],
)
def test_a_value_that_cannot_be_is_named(tmp_path: Path, change: dict[str, object]) -> None:
    append_trials(tmp_path, [SOUND])
    path = tmp_path / TRIALS_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}) + "\n")
    with pytest.raises(ValueError, match=r"trials\.jsonl': line 1 has a value that no training has; restore the file"):
        read_trials(tmp_path)
