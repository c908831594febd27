import dataclasses
import json
import tomllib
from pathlib import Path

import pytest

from runs.folder.run_folder import RunFolder, create_folder
from runs.job.job import Job
from runs.job.source import make_job, resolved


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return resolved(make_job("exp2", seed=5, out=str(tmp_path / "deep" / "run")))


def test_run_toml_holds_job_versions_host_start_and_stop(job: Job) -> None:
    folder = create_folder(job)
    before = folder.manifest()
    assert before.job == job
    assert (before.stop, before.reason) == ("", "")
    folder.stopped("candidates")
    after = folder.manifest()
    assert after == dataclasses.replace(before, stop=after.stop, reason="candidates")
    assert after.stop >= after.start
    data = tomllib.loads((folder.path / "run.toml").read_text())
    assert data["primordia"] == {"format": 1, "search": "real_functions"}
    assert data["job"]["search"]["seed"] == 5
    assert {"primordia", "python", "jax", "numpy"} <= set(data["versions"])


def test_an_existing_output_folder_is_refused_untouched(job: Job) -> None:
    path = Path(job.output.path)
    path.mkdir(parents=True)
    (path / "precious").write_text("x")
    with pytest.raises(ValueError, match="exists already; name a new one with --out"):
        create_folder(job)
    assert [file.name for file in path.iterdir()] == ["precious"]
    output = dataclasses.replace(job.output, path=str(path / "precious" / "run"))
    with pytest.raises(ValueError, match=r"cannot be made: .*; name another with --out"):
        create_folder(dataclasses.replace(job, output=output))
    assert (path / "precious").read_text() == "x"


def test_the_default_folder_lies_under_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = create_folder(resolved(make_job("sin"))).path
    assert path.parent == Path("results")
    assert path.name.startswith("sin-20")


def test_events_are_one_line_each(job: Job) -> None:
    folder = create_folder(job)
    folder.event("lost", island=3, cause="a\nb")
    lines = [json.loads(line) for line in (folder.path / "events.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["start", "lost"]
    assert lines[0]["primordia.format"] == 1
    assert lines[1]["cause"] == "a\nb"


def test_a_run_has_one_writer(job: Job) -> None:
    folder = create_folder(job)
    assert not folder.is_running()
    with folder.writing():
        assert folder.is_running()
        with pytest.raises(ValueError, match="written by another process"), folder.writing():
            pass
    assert not folder.is_running()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is no run folder: it has no run.toml"),
        ("[primordia", "truncated or no TOML"),
        ("", "did not write it"),
        ("[primordia]\nformat = 2", "has format 2, this Primordia reads up to format 1"),
        ("job = 1\n[primordia]\nformat = 1", "a job must be sections of keys, not 1"),
        ("[primordia]\nformat = 1\n[job.function]\nname = 'sin'", "lacks the section"),
        ("[primordia]\nformat = 1\n[job.function]\nnam = 'sin'", "did you mean 'name'"),
    ],
)
def test_what_is_no_run_is_refused_in_one_line(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "run.toml").write_text(content)
    with pytest.raises(ValueError, match=message) as caught:
        RunFolder(tmp_path).manifest()
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no run folder"):
        RunFolder(tmp_path / "none").manifest()


def test_a_run_from_before_there_were_kinds_is_of_functions(job: Job) -> None:
    folder = create_folder(job)
    file = folder.path / "run.toml"
    file.write_text(file.read_text().replace('search = "real_functions"\n', "", 1))
    assert folder.kind().name == "real_functions"
    assert folder.manifest().job == job


def test_a_run_of_an_unknown_kind_is_refused(job: Job) -> None:
    folder = create_folder(job)
    file = folder.path / "run.toml"
    file.write_text(file.read_text().replace('"real_functions"', '"poems"'))
    with pytest.raises(ValueError, match=r"run\.toml.*the kind of search must be one of real_functions.*not 'poems'"):
        folder.manifest()
