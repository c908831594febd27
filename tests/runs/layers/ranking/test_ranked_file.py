from __future__ import annotations

import json
from pathlib import Path

import pytest

from runs.layers.ranking.ranked_file import RANKING_FILE, Ranked, read_ranked, write_ranked

RANKED = Ranked(("12", "7"), "7", ("bn_relu",), ("resnet", "vit"), 150, (3, 4), (5, 6))


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    assert read_ranked(tmp_path) is None
    write_ranked(tmp_path, RANKED)
    assert read_ranked(tmp_path) == RANKED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"finalists": None}, "truncated or no ranking"),
        ({"seeds": 3}, "truncated or no ranking of Primordia; make it again: primordia rank .*"),
        ({"seeds": ["x"]}, "truncated or no ranking of Primordia; make it again: primordia rank .*"),
        ({"networks": "resnet"}, "truncated or no ranking"),
        ({"more": 1}, "truncated or no ranking"),
        ({"primordia.format": 2}, "has format 2"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    write_ranked(tmp_path, RANKED)
    path = tmp_path / RANKING_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    if "more" in change:
        path.write_text(path.read_text()[:-20])
    with pytest.raises(ValueError, match=rf"ranking\.json'.*{message}"):
        read_ranked(tmp_path)
