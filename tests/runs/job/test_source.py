import shlex
from pathlib import Path

import pytest
import tomli_w

from runs.functions.job import RealFunctionsJob
from runs.job.source import command, job_data, load_job, make_job, read_job, resolved
from runs.kinds import KINDS


def test_a_job_file_is_read_and_options_override_it(tmp_path: Path) -> None:
    path = tmp_path / "job.toml"
    path.write_text('[function]\nname = "sin"\ndomain = [0, "pi/4"]\n[budget]\nminutes = 2\n')
    job = load_job(path, candidates=500, minutes=None)
    assert job.function.domain == (0, "pi/4")
    assert (job.budget.minutes, job.budget.candidates) == (2.0, 500)


def test_a_job_survives_toml(tmp_path: Path) -> None:
    job = resolved(make_job("exp2", operations=["add", "mul"], target_error=1e-9, export=["c"]))
    path = tmp_path / "job.toml"
    path.write_text(tomli_w.dumps(job_data(job)))
    assert load_job(path) == job


def test_the_job_of_a_run_is_taken_from_its_run_file_without_its_folder(tmp_path: Path) -> None:
    job = make_job("exp2", seed=4, out="results/old")
    path = tmp_path / "run.toml"
    path.write_text(tomli_w.dumps({"primordia": {"format": 1}, "job": job_data(job)}))
    assert load_job(path) == make_job("exp2", seed=4)


def test_resolving_makes_every_open_choice() -> None:
    job = resolved(make_job("exp2"))
    assert job.search.seed is not None
    assert job.workers.num is not None
    assert job.budget.minutes is not None
    assert resolved(make_job("exp2", candidates=10)).budget.minutes is None
    assert resolved(job) == job


def test_the_command_repeats_the_job() -> None:
    job = make_job(function="exp(-x**2)", domain=["0", "1"], seed=3, max_operations=7, export=["c", "numpy"])
    words = shlex.split(command(job) or "")
    assert words[:2] == ["primordia", "search"]
    options = dict(word.removeprefix("--").split("=", 1) for word in words[2:])
    assert options == {
        "function": "exp(-x**2)", "domain": "0,1", "seed": "3", "max-operations": "7", "export": "c,numpy",
    }  # fmt: skip


def test_no_command_says_what_only_a_job_file_can() -> None:
    assert (
        command(read_job(KINDS["real_functions"], {"function": {"name": "sin"}, "islands": {"batch_size": 7}}, "job"))
        is None
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[budget]\nminutes = 0", "[budget] minutes must be above 0, not 0"),
        ("[budget]\ncandidates = 0", "[budget] candidates must be above 0, not 0"),
        ("[budget]\nminuts = 3", "did you mean 'minutes'?"),
        ("[function]\ndomain = [1]", "must be two ends, lower and upper"),
        ("[function]\nname = 'sin'\nexpression = 'sin(x)'", "needs either a name or an expression, not both"),
        ("", "needs either a name or an expression, not neither"),
        ("[islands]\nbatch_size = 0", "[islands] batch_size must be at least 1, not 0"),
        ("[function\n", "is not readable TOML"),
    ],
)
def test_a_bad_job_is_refused_in_one_line_that_names_the_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(ValueError) as caught:
        load_job(path)
    assert message in str(caught.value)
    assert "bad.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_job_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        load_job(tmp_path / "none.toml")


def test_a_misspelt_keyword_is_refused() -> None:
    with pytest.raises(ValueError, match="no option 'minuts'; did you mean 'minutes'"):
        make_job("exp2", minuts=3)


def test_every_default_of_a_job_obeys_its_own_rules() -> None:
    assert read_job(KINDS["real_functions"], job_data(make_job("exp2")), "job").search == RealFunctionsJob().search
