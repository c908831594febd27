import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluators.queries import build_queries
from runs.synthesis.evaluation import exact_errors, write_evaluation
from runs.synthesis.session import start
from search_spaces.synthetic_data.schema import schema_from_data
from tests.runs.synthesis.toy import toy_job, write_inputs

BOOLEAN = {"columns": {"sold": {"kind": "boolean"}}}


def test_exact_errors_are_those_of_pandas_and_private(inputs: Path) -> None:
    run = start(toy_job(inputs))
    path = write_evaluation(run)
    assert path == run.path / "private" / "report.html"
    content = json.loads((path.parent / "evaluation.json").read_text())
    assert content["warning"].startswith("PRIVATE")
    ours = pd.DataFrame(run.codes, columns=["colour", "size", "sold"])
    theirs = pd.read_csv(inputs / "data.csv")
    theirs["colour"] = theirs["colour"].map({"red": 0, "green": 1, "blue": 2})
    theirs["size"] = theirs["size"].sub(1).fillna(4).astype(int)
    theirs["sold"] = theirs["sold"].astype(int)
    shares = [table.groupby(["colour", "sold"]).size() / len(table) for table in (ours, theirs)]
    errors = shares[0].sub(shares[1], fill_value=0).abs()
    (row,) = [row for row in content["queries"] if row["query"] == "marginal(colour, sold)"]
    assert row["max"] == pytest.approx(errors.max())
    assert row["mean"] == pytest.approx(errors.sum() / 6)
    assert row["tvd"] == pytest.approx(errors.sum() / 2)
    (pairs,) = content["classes"]
    rows = content["queries"]
    assert (pairs["kind"], pairs["queries"], pairs["answers"]) == ("marginals of 2 columns", 3, 15 + 6 + 10)
    assert pairs["max"] == max(row["max"] for row in rows)
    assert pairs["tvd"] == pytest.approx(sum(row["tvd"] for row in rows) / 3)
    assert content["scores"] == []
    page = path.read_text()
    assert page.count("PRIVATE: exact errors against the real data, not for release") == 2
    assert page.count('class="alarm"') == 2


def test_the_classifiers_are_compared_when_asked_for(inputs: Path) -> None:
    run = start(toy_job(inputs, private_classifier="sold"))
    steps = dict(run.finish())
    assert steps["private"] == str(run.path / "private" / "report.html")
    content = json.loads((run.path / "private" / "evaluation.json").read_text())
    assert content["classifier"] == "sold"
    assert [score["trained_on"] for score in content["scores"]][:2] == ["synthetic table", "private table"]
    assert all(0 <= score["accuracy"] <= 1 for score in content["scores"])
    assert "Classifiers of sold" in (run.path / "private" / "report.html").read_text()
    outside = [path for path in run.path.rglob("*") if path.is_file() and "private" not in path.parts]
    assert not any(b"Classifiers of" in path.read_bytes() for path in outside)


def test_a_column_that_cannot_be_classified_is_refused_before_anything_is_spent(inputs: Path) -> None:
    with pytest.raises(ValueError, match="there is no column 'sould'; did you mean 'sold'"):
        start(toy_job(inputs, private_classifier="sould"))
    assert not (inputs / "run").exists()


def test_a_private_table_without_rows_has_its_errors_too() -> None:
    (query,) = build_queries([{"kind": "marginals", "tables": [["sold"]]}], schema_from_data(BOOLEAN, "test"))
    (found,), _ = exact_errors((query,), np.zeros((4, 1), np.int32), np.zeros((0, 1), np.int32))
    assert (found.max, found.tvd) == (1.0, 0.5)


def test_another_table_is_not_compared(inputs: Path) -> None:
    run = start(toy_job(inputs))
    write_inputs(inputs, seed=8)
    with pytest.raises(ValueError, match="of another data set"):
        write_evaluation(run)
