from pathlib import Path

import pytest
import tomli_w

from runs.command import cli
from runs.job.source import job_data
from runs.synthesis.run import SynthesisRun
from tests.runs.synthesis.toy import toy_job, write_inputs


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(arguments) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_a_search_is_run_shown_and_listed_as_users_type_it(inputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (inputs / "job.toml").write_text(tomli_w.dumps(job_data(toy_job(inputs))))
    lines = output(capsys, "search", str(inputs / "job.toml")).splitlines()
    assert lines[0].startswith("the evolution came to its end: 30 rows x 3 columns, normalized loss")
    assert lines[-2:] == [f"run     {inputs / 'run'}", f"table   {inputs / 'run' / 'synthetic.parquet'}"]
    assert "differential privacy" in output(capsys, "show", str(inputs / "run"))
    assert "came to its end" in output(capsys, "list", str(inputs))
    assert cli.main(["resume", str(inputs / "run")]) == 2
    assert "nothing is left to do" in capsys.readouterr().err
    assert cli.main(["prove", str(inputs / "run")]) == 2
    assert "is one of synthetic_data, this needs one of real_functions" in capsys.readouterr().err


def test_a_cost_is_previewed_without_data(inputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (inputs / "data.csv").unlink()
    schema = str(inputs / "schema.toml")
    options = ("--schema", schema, "--epsilon", "1", "--delta", "1e-6", "--queries", "marginals:1,marginals:2")
    text = output(capsys, "cost", *options)
    assert "marginal(colour) and 5 more" in text
    assert "100.0%" in text
    assert "(1, 1e-06)-differential privacy" in text
    assert "in each of up to 8 rounds, selected" in output(capsys, "cost", *options, "--mechanism", "adaptive")
    assert sorted(path.name for path in inputs.iterdir()) == ["schema.toml"]


def test_a_schema_is_drafted_by_whoever_may_look(inputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, out = str(inputs / "data.csv"), str(inputs / "draft.toml")
    assert "[columns.colour]" in output(capsys, "schema", "draft", data)
    assert "it leaks what it says" in output(capsys, "schema", "draft", data, "--out", out)
    assert "EVERYTHING BELOW WAS READ FROM THE DATA" in Path(out).read_text()
    assert cli.main(["schema", "draft", data, "--out", out]) == 2
    assert "exists and is not overwritten" in capsys.readouterr().err


def test_a_warning_is_one_line_like_an_error(
    inputs: Path, capsys: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    import warnings

    (inputs / "job.toml").write_text(tomli_w.dumps(job_data(toy_job(inputs))))
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        assert cli.main(["search", str(inputs / "job.toml"), "--delta", "0.1"]) == 0
    error = capsys.readouterr().err
    assert error.startswith("primordia: warning: delta = 0.1 is not below 1/rows")
    assert error.count("\n") == 1
    assert not recwarn.list
    assert SynthesisRun(inputs / "run").job.privacy.delta == 0.1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("search synthetic_data --epsilon 1", "[data] needs the path of the private table; give one, such as --data"),
        ("search synthetic_data --data data.csv", "[privacy] needs an epsilon"),
        ("search synthetic_data --data data.csv --epsilon 1", "a schema is needed, for one inferred from private data"),
        ("search synthetic_data --epsilon 1 --domain 0,1", "a synthetic_data search has no option --domain"),
        ("search exp2 --rows 5", "a real_functions search has no option --rows"),
        ("search synthetic_data --data none.csv --schema schema.toml --epsilon 1", "'none.csv' does not exist"),
        ("search synthetic_data --epsilon 0", "[privacy] epsilon must be above 0, not 0.0"),
        ("search synthetic_dat", "search 'synthetic_dat' is unknown; did you mean 'synthetic_data'?"),
        ("cost --epsilon 1", "a preview of costs reads no private data, so it needs a schema; give one with --schema"),
        ("cost job.toml", "'job.toml' is a job of real_functions, which costs no privacy; give one of synthetic_data"),
        ("schema drft data.csv", "invalid choice: 'drft'"),
        ("schema draft none.csv", "'none.csv' does not exist"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: str, message: str
) -> None:
    write_inputs(inputs)
    (inputs / "job.toml").write_text('[function]\nname = "exp2"\n')
    before = sorted(inputs.iterdir())
    monkeypatch.chdir(inputs)
    assert cli.main(arguments.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert message in err
    assert sorted(inputs.iterdir()) == before
