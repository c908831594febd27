from pathlib import Path

import pytest

from runs.tables import memory
from runs.tables.memory import available_bytes


@pytest.mark.parametrize(
    ("machine", "limit", "used", "available"),
    [
        (5, None, None, 5 * 1024),
        (5, "max", "100", 5 * 1024),
        (5, "4000", "1000", 3000),
        (5, "4000", "5000", 0),
        (1, "4000", "1000", 1024),
        (None, "4000", "1000", 3000),
        (None, None, None, None),
    ],
)
def test_the_tightest_limit_counts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    machine: int | None,
    limit: str | None,
    used: str | None,
    available: int | None,
) -> None:
    monkeypatch.setattr(memory, "_MEMORY_INFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    if machine is not None:
        (tmp_path / "meminfo").write_text(f"MemTotal:  9999 kB\nMemAvailable:  {machine} kB\nSwapFree: 1 kB\n")
    if limit is not None and used is not None:
        (tmp_path / "memory.max").write_text(f"{limit}\n")
        (tmp_path / "memory.current").write_text(f"{used}\n")
    assert available_bytes() == available


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="this system has no /proc/meminfo")
def test_this_machine_has_some() -> None:
    found = available_bytes()
    assert found is not None
    assert 2**20 < found < 2**50
