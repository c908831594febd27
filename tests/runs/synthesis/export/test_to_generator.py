import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from runs.synthesis.export import export_table
from runs.synthesis.session import start
from runs.tables.reader import read_codes
from search_spaces.synthetic_data.row_rules import check_codes
from tests.runs.synthesis.export.test_to_python import imported, wide_run
from tests.runs.synthesis.toy import toy_job


def test_drawn_rows_obey_the_constraints_and_their_columns_are_the_tables(inputs: Path) -> None:
    run = start(toy_job(inputs))
    module = imported(export_table(run, "generator"))
    codes = module.draw_codes(20_000, np.random.default_rng(5)).astype(np.int32)
    check_codes(run.schema, codes)
    for place, size in enumerate(run.schema.sizes):
        shares = [np.bincount(table[:, place], minlength=size) / len(table) for table in (codes, run.codes)]
        assert np.abs(shares[0] - shares[1]).max() < 0.02
    pair = [pd.crosstab(table[:, 0], table[:, 2], normalize=True) for table in (codes, run.codes)]
    assert pair[0].sub(pair[1], fill_value=0).abs().to_numpy().max() < 0.02, "the constraint links these two"
    assert module.EVIDENCE["fit"]["one_way_max"] < 0.02
    assert module.EVIDENCE["fit"]["rows"] == 100_000


def test_the_same_seed_draws_the_same_rows_and_none_draws_others(inputs: Path) -> None:
    run = start(toy_job(inputs))
    module = imported(export_table(run, "generator"))
    one, two = module.draw(50, 1), module.draw(50, 1)
    assert all((one[name] == two[name]).all() for name in one)
    assert any((module.draw(50)[name] != one[name]).any() for name in one)
    assert all(len(values) == 0 for values in module.draw(0, 1).values())


def test_the_program_writes_rows_that_the_reader_accepts(inputs: Path) -> None:
    run = wide_run(inputs, "parquet")
    path = export_table(run, "generator")
    out = inputs / "new.csv"
    command = [sys.executable, "-I", str(path), "400", str(out), "--seed", "3"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    codes = read_codes(out, run.schema).codes
    assert codes.shape == (400, 7)
    assert len(np.unique(codes[:, 0])) == 400
    drawn = imported(path).draw_codes(400, np.random.default_rng(3))
    np.testing.assert_array_equal(codes, drawn)
    with pytest.raises(ValueError, match="'id' is unique and has 5,000 values; draw fewer rows"):
        imported(path).draw(5001, 1)
