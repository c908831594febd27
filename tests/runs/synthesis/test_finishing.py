from pathlib import Path
from types import SimpleNamespace

import pytest

from runs.synthesis import run as run_module
from runs.synthesis.session import start
from tests.runs.synthesis.toy import toy_job


def test_what_the_job_asks_for_is_done_and_a_failed_export_does_not_stop_the_rest(
    inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export(run: object, which: str | None, language: str) -> Path:  # noqa: ARG001
        if language == "generator":
            raise ValueError("the export does not run here")
        return inputs / "module.py"

    made = SimpleNamespace(export=export, report=lambda run: run.path / "report.html")
    job = toy_job(
        inputs, export=["generator", "python"], changes={"output": {"report": True, "private_evaluation": True}}
    )
    run = start(job)
    for name in ("report", "export"):
        monkeypatch.setattr(run_module.SynthesisRun, name, getattr(made, name))
    steps = list(run.finish())
    assert steps == [
        ("table", str(run.path / "synthetic.parquet")),
        ("export", "to generator failed: the export does not run here"),
        ("export", str(inputs / "module.py")),
        ("report", str(run.path / "report.html")),
        ("private", str(run.path / "private" / "report.html")),
    ]
