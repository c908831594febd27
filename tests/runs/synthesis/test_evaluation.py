import json
from pathlib import Path

import pandas as pd
import pytest

from runs.synthesis.evaluation import write_evaluation
from runs.synthesis.session import start
from tests.runs.synthesis.toy import toy_job, write_inputs


def test_exact_errors_are_those_of_pandas_and_private(inputs: Path) -> None:
    run = start(toy_job(inputs))
    path = write_evaluation(run)
    assert path == run.path / "private" / "evaluation.json"
    content = json.loads(path.read_text())
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


def test_another_table_is_not_compared(inputs: Path) -> None:
    run = start(toy_job(inputs))
    write_inputs(inputs, seed=8)
    with pytest.raises(ValueError, match="of another data set"):
        write_evaluation(run)
