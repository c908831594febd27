import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from runs.synthesis.report.gather import gather, write_run_report
from runs.synthesis.session import start
from tests.runs.synthesis.toy import toy_job


@pytest.mark.parametrize("mechanism", ["one_shot", "adaptive"])
def test_a_run_gets_its_page_without_a_look_at_the_data(inputs: Path, mechanism: str) -> None:
    run = start(toy_job(inputs, mechanism=mechanism))
    (inputs / "data.csv").unlink()
    data = gather(run)
    assert data.rows == 30
    assert data.real_rows == pytest.approx(60, abs=100)
    assert data.accounting.rho_spent == pytest.approx(run.ledger.spent)
    assert sum(row.releases for row in data.accounting.costs) == len(run.ledger.releases)
    assert [marginal.column for marginal in data.marginals] == ["colour", "size", "sold"]
    assert all(marginal.source for marginal in data.marginals)
    assert all(check.violations == 0 for check in data.constraints)
    assert not data.accounting.is_schema_inferred
    assert len(data.courses) == (1 if mechanism == "one_shot" else run.progress.stage.number + 1)
    assert "PRIVATE" not in write_run_report(run).read_text()


def test_the_loss_is_the_winners(inputs: Path) -> None:
    run = start(toy_job(inputs))
    assert gather(run).loss == pytest.approx(run.loss, rel=1e-6)
    assert gather(run).courses[0].losses[-1] == pytest.approx(run.loss)


def test_an_inferred_schema_is_told(inputs: Path, recwarn: pytest.WarningsRecorder) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = start(toy_job(inputs, schema=None, trust_inferred_schema=True))
    assert gather(run).accounting.is_schema_inferred
    assert "does not cover that" in write_run_report(run).read_text()
    assert not recwarn.list


def test_answers_that_were_altered_are_named(inputs: Path) -> None:
    run = start(toy_job(inputs))
    path = run.path / "answers" / "0-0.npz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"0-0\.npz' is not the file that the ledger knows; restore it"):
        gather(run)
    path.unlink()
    with pytest.raises(ValueError, match=r"0-0\.npz' cannot be read .*; restore it"):
        gather(run)


def test_thousands_of_releases_do_not_blow_up_the_page(inputs: Path) -> None:
    run = start(toy_job(inputs))
    release = run.ledger.releases[0]
    many = tuple(replace(release, id=f"0-{number}", what=f"other {number}") for number in range(5000))
    run.__dict__["ledger"] = replace(run.ledger, releases=(*run.ledger.releases, *many))
    assert write_run_report(run).stat().st_size < 200_000


def test_every_class_of_queries_is_reported(inputs: Path) -> None:
    (inputs / "schema.toml").write_text(
        "".join(f'[columns.{name}]\nkind = "integer"\nlower = 0\nupper = 9\n' for name in ("x", "y"))
        + '[columns.colour]\nkind = "categorical"\ncategories = ["red", "blue"]\n'
    )
    rows = "".join(f"{n % 10},{n % 7},{'red' if n % 3 else 'blue'}\n" for n in range(90))
    (inputs / "data.csv").write_text(f"x,y,colour\n{rows}")
    kinds = ["marginals:1", "marginals:2", "ranges", "prefixes:40", "thresholds", "half_spaces:40", "correlation"]
    linear = {"kind": "linear", "queries": [{"name": "high", "where": {"x": {"lower": 8}}}]}
    queries = [*kinds, {"kind": "conditional_means", "value": "x", "by": "colour"}, linear]
    data = gather(start(toy_job(inputs, queries=queries)))
    assert [fit.name for fit in data.fits] == [
        "marginals of 1 column", "marginals of 2 columns", "ranges", "prefixes", "thresholds", "half spaces",
        "correlation", "conditional means", "linear",
    ]  # fmt: skip
    assert all(fit.ratio > 0 for fit in data.fits)
    assert [found.title for found in data.associations][1:] == [
        "Correlation, the synthetic table",
        "Correlation, the noisy answers",
    ]
    assert data.means[0].labels == ("red", "blue")
