"""Ledgers whose processes stop, race and run out of disk: real processes, real signals, real locks."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from numpy.typing import NDArray

from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import LEDGER_FILE, read_ledger
from tests.runs.privacy.crashing import IDS, RHO, TERMS, drawer

ROOT = Path(__file__).parents[3]


def _never() -> NoReturn:
    raise AssertionError("the private data was asked")


def _started(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _lines(path: Path) -> list[tuple[str, str]]:
    if not path.exists():
        return []
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in path.read_text().splitlines()]


def _resumed(folder: Path) -> dict[str, NDArray[Any]]:
    with Ledger(folder, TERMS) as opened:
        return {i: opened.release(i, f"question {i}", RHO, drawer(folder, i)) for i in IDS}


@pytest.fixture(params=["kill", "full"])
def stopped(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    run = _started(str(Path(__file__).with_name("crashing.py")), str(tmp_path / "runs"), request.param)
    output, _ = run.communicate(timeout=120)
    assert run.returncode == 0, output
    return tmp_path / "runs"


def test_wherever_a_run_stops_nothing_is_drawn_twice_nor_used_unpaid(stopped: Path) -> None:
    folders = sorted(stopped.iterdir(), key=lambda folder: int(folder.name))
    assert len(folders) > 30
    for folder in folders:
        used, held = dict(_lines(folder / "used")), [path.stem for path in (folder / "answers").glob("*.npz")]
        complete = (folder / LEDGER_FILE).read_bytes().rpartition(b"\n")[0] if used else b""
        paid = {json.loads(line).get("id") for line in complete.splitlines()}
        assert set(used) <= paid, folder
        shown = {i: np.load(folder / "answers" / f"{i}.npz")["answers"].tolist() for i in held}
        drawn = len(_lines(folder / "drawn"))

        answers = _resumed(folder)

        again = [i for i, _ in _lines(folder / "drawn")[drawn:]]
        assert again == [i for i in IDS if i not in held], folder
        for i, text in {**used, **{i: str(values) for i, values in shown.items()}}.items():
            assert str(answers[i].tolist()) == text, folder
        text = read_ledger(folder / LEDGER_FILE)
        assert [release.id for release in text.releases] == list(IDS)
        assert text.spent == pytest.approx(2 * RHO)
        assert sorted(path.name for path in (folder / "private").iterdir()) == ["README.txt"]
        assert {i: a.tolist() for i, a in _resumed(folder).items()} == {i: a.tolist() for i, a in answers.items()}


HOLDER = """
import sys, time
from pathlib import Path
from runs.privacy.ledger import Ledger
from tests.runs.privacy.crashing import TERMS
with Ledger(Path(sys.argv[1]), TERMS):
    print("open", flush=True)
    time.sleep(600)
"""


def test_a_second_process_is_refused_until_the_first_stops(tmp_path: Path) -> None:
    first = _started("-c", HOLDER, str(tmp_path))
    try:
        assert first.stdout is not None and first.stdout.readline() == "open\n"
        with pytest.raises(ValueError, match=r"another process is spending from .*ledger\.jsonl'; wait until it stops"):
            Ledger(tmp_path, TERMS)
    finally:
        first.kill()
        first.communicate()
    with Ledger(tmp_path, TERMS) as opened:
        with pytest.raises(ValueError, match="another process is spending"):
            Ledger(tmp_path, TERMS)
        assert opened.text.spent == 0


SPENDER = """
import sys, time
from pathlib import Path
import numpy as np
from runs.privacy.ledger import Ledger
from tests.runs.privacy.crashing import TERMS
name, number = sys.argv[2], 0
while True:
    try:
        with Ledger(Path(sys.argv[1]), TERMS) as ledger:
            ledger.release(f"{name}-{number}", "it", 0.0007, lambda: np.array([number]))
            number += 1
    except ValueError as error:
        if "is left" in str(error):
            break
        assert "another process" in str(error), error
        time.sleep(0.002)
print(number)
"""


def test_concurrent_runs_together_spend_the_budget_once(tmp_path: Path) -> None:
    runs = [_started("-c", SPENDER, str(tmp_path), name) for name in "abc"]
    outputs = [run.communicate(timeout=60)[0] for run in runs]
    assert all(run.returncode == 0 for run in runs), outputs
    text = read_ledger(tmp_path / LEDGER_FILE)
    assert len(text.releases) == sum(map(int, outputs)) == int(0.01 / 0.0007)
    assert text.spent <= TERMS.budget.rho
    assert len({release.id for release in text.releases}) == len(text.releases)


LIMITED = """
import resource, sys
from pathlib import Path
import numpy as np
from runs.privacy.ledger import Ledger
from tests.runs.privacy.crashing import RHO, TERMS
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    with Ledger(Path(sys.argv[1]), TERMS) as ledger:
        ledger.release("0-0", "question " * 99, RHO, lambda: np.arange(4))
except ValueError as error:
    print(error)
"""


@pytest.mark.parametrize("limit", [100, 500, 1000])
def test_a_real_limit_of_the_disk_ends_in_one_line(limit: int, tmp_path: Path) -> None:
    output, _ = _started("-c", LIMITED, str(tmp_path), str(limit)).communicate(timeout=60)
    assert "cannot be written: File too large" in output
    assert output.count("\n") == 1
    entered = (tmp_path / "answers" / "0-0.npz").exists()
    assert entered == (limit == 1000)
    with Ledger(tmp_path, TERMS) as opened:
        answers = opened.release("0-0", "question " * 99, RHO, _never if entered else drawer(tmp_path, "0-0"))
        assert len(answers) == 4
        assert opened.text.spent == RHO
