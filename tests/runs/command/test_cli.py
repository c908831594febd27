import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import primordia
from runs.command import cli
from runs.command.commands import COMMANDS
from tests.runs.functions.made_run import make_run

ROOT = Path(primordia.__file__).parent


def _command(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "primordia", *arguments],
        cwd=directory, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("cli") / "results"
    make_run(directory / "first")
    return directory


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("serch", "invalid choice: 'serch'"),
        ("", "the following arguments are required: COMMAND"),
        ("search exp2 --minuts 3", "search has no argument '--minuts'; did you mean '--minutes'?"),
        ("search exp2 --minutes ten", "argument --minutes: invalid float value: 'ten'"),
        ("search exp2 --minutes 0", "[budget] minutes must be above 0, not 0.0"),
        ("search exp2 --candidates 0", "[budget] candidates must be above 0, not 0"),
        ("search exp2 --error ulp", "[function] error must be one of relative, absolute, not 'ulp'"),
        ("search exp22", "did you mean 'exp2'"),
        ("search exp2 --domain 1,0", "the domain [1, 0] is empty or reversed"),
        ("search exp2 --domain 1", "must be two ends"),
        ("search exp2 --operations add,pow", "operation 'pow' is not registered"),
        ("search exp2 --strategy best", "selection strategy 'best' is not registered"),
        ("search exp2 --export cobol", "language 'cobol' is unknown"),
        ("search exp2 --domain ,", "argument --domain: must be one word or more, separated by commas, not ','"),
        ("search exp2 --ray localhost:1", "no Ray cluster at localhost:1"),
        ("search --function sin(x --domain 0,1", "sin(x"),
        ("search --function sin(x)", "needs a domain"),
        ("search --function sin(x) --domain -1,1 --error relative", "is zero"),
        ("search --function 1/x --domain -1,1", "pole"),
        ("search", "needs either a name or an expression, not neither"),
        ("search exp2 --function x --domain 0,1", "needs either a name or an expression, not both"),
        ("search none.toml", "job file 'none.toml' does not exist"),
        ("show nowhere", "'nowhere' is no run folder"),
        ("resume nowhere", "'nowhere' is no run folder"),
        ("report nowhere", "'nowhere' is no run folder"),
        ("prove nowhere 3ops", "'nowhere' is no run folder"),
        ("export nowhere 3ops --to c", "'nowhere' is no run folder"),
        ("export nowhere 3ops", "the following arguments are required: --to"),
        ("list nowhere", "no directory 'nowhere'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("primordia: ")
    assert err.count("\n") == 1
    assert message in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_subcommand_has_help_with_an_example(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    name = command.name  # type: ignore[attr-defined]
    with pytest.raises(SystemExit) as caught:
        cli.main([name, "--help"])
    assert caught.value.code == 0
    assert f"example: primordia {name}" in capsys.readouterr().out


def test_list_show_prove_and_export_as_users_type_them(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(results / "first")

    def output(*arguments: str) -> str:
        assert cli.main(arguments) == 0
        return capsys.readouterr().out

    assert "first" in output("list", str(results))
    assert "rejected:pole" in output("show", run)
    assert "(x + 2.9)/(2.9 - x)" in output("show", run, "3ops")
    assert "<= 2.631579e-2 on the whole domain, proven" in output("prove", run, "3ops")
    assert "2.6316e-2" in output("prove", run)
    exported = Path(output("export", run, "3ops", "--to", "numpy", "--out", str(results / "exp2.py")).strip())
    assert "def exp2(x)" in exported.read_text()
    assert cli.main(["export", run, "3ops", "--to", "numpy", "--out", str(exported)]) == 2
    assert cli.main(["report", run, "--against", run, str(results)]) == 2
    assert "is no run folder" in capsys.readouterr().err
    assert cli.main(["show", run, "9" * 30]) == 2
    assert "has no candidate 999" in capsys.readouterr().err


def test_listing_imports_nothing_heavy(results: Path) -> None:
    code = (
        "import sys, primordia\n"
        f"sys.argv = ['primordia', 'list', {str(results)!r}]\n"
        "assert primordia.main() == 0\n"
        "print([m for m in ('jax', 'ray', 'sympy', 'pyarrow', 'rich') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


def test_a_broken_pipe_is_quiet(results: Path) -> None:
    for arguments in (["list", str(results)], ["show", str(results / "first")]):
        process = subprocess.Popen(
            [sys.executable, "-m", "primordia", *arguments],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout and process.stderr
        process.stdout.close()
        stderr = process.stderr.read()
        process.stderr.close()
        assert process.wait() == cli.PIPE_EXIT
        assert stderr == b""


def test_a_package_that_shadows_one_of_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("")
    result = _command(tmp_path, "list")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert str(tmp_path / "engine") in result.stderr


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"primordia {project['version']}\n"


def test_a_copied_run_folder_opens_anywhere(results: Path, tmp_path: Path) -> None:
    shutil.copytree(results / "first", tmp_path / "copy")
    assert cli.main(["show", str(tmp_path / "copy"), "3ops"]) == 0
