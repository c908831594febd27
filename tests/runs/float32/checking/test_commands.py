import json
from pathlib import Path

import pytest

import primordia
from evaluators.float32_functions.exhaustive import CheckResult
from runs.command.cli import main
from runs.float32.checking import parallel
from tests.runs.float32.made_run import make_run


def test_the_command_checks_a_librarys_function(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--peer", "numpy:exp", "--domain", "1,1.01", "--workers", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    question = found.pop("question")
    result = CheckResult.from_dict(found)
    assert question["subject"] == "numpy"
    assert result.figures.inputs == 83_887
    assert main(["check", "--peer", "numpy:exp", "--domain", "1,1.01"]) == 0
    text = capsys.readouterr().out
    assert "exp on 1,1.01 by numpy" in text
    assert f"{result.max_ulp:.7g} ULP" in text
    assert [file.suffix for file in Path("results/checks").iterdir()] == [".jsonl"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "check what? give a run, a function (exp2, exp"),
        ("--peer numpy:exp best", "--peer numpy:exp is checked alone, without 'best'"),
        ("--peer numpy:exp --domain 1", "a domain has two ends, such as -1,0.5, not '1'"),
        ("--peer numpy:exp --domain 2,1", "the domain of exp is empty or reversed: 2.0,1.0"),
        ("--peer numpy:exp --device tpu", "--device must be one of cpu, gpu, not 'tpu'"),
        ("--peer numpy:exp --device gpu", "--device gpu is for programs and for jnp; numpy:exp runs on the CPU"),
        ("--peer numpy:exp --workers 0", "a check takes at least 1 worker, not 0"),
        ("nowhere", "nowhere"),
    ],
)
def test_mistakes_end_in_one_line(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["check", *arguments.split()]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_device_that_is_not_there_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(parallel, "PLATFORMS", {"cpu": "cpu", "gpu": "no_such_platform"})
    assert main(["check", "exp2", "--device", "gpu", "--domain", "0,1"]) == 2
    assert capsys.readouterr().err == (
        "primordia: --device gpu: JAX finds no GPU on this machine; leave --device out\n"
    )


@pytest.mark.slow
def test_the_front_of_a_run_is_checked(tmp_path, capsys):
    run = make_run(tmp_path / "run")
    assert main(["check", str(run), "--domain", "0.25,0.5", "--workers", "1"]) == 0
    assert capsys.readouterr().out.count("greatest error") == 2
    assert len(list((run / "checks").iterdir())) == 2
    assert primordia.open_run(run).front
