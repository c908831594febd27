import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from runs.synthesis.export import export_table
from runs.synthesis.run import SynthesisRun
from runs.synthesis.session import start
from search_spaces.synthetic_data.schema import schema_from_data
from tests.runs.synthesis.toy import toy_job

SCHEMA = """
[columns.id]
kind = "integer"
lower = 1
upper = 5000
unique = true
[columns.kind]
kind = "categorical"
categories = ["plain", "with, comma", "say \\"hello\\"", "two\\nlines", "ünïcode", "", "NA"]
missing = true
[columns.grade]
kind = "ordinal"
categories = ["low", "middle", "high"]
[columns.count]
kind = "integer"
lower = -9007199254740993
upper = 9007199254740993
missing = true
[columns.share]
kind = "real"
lower = 0.1
upper = 0.9
cells = 7
missing = true
[columns.day]
kind = "date"
lower = "1969-12-01"
upper = "2020-02-29"
missing = true
[columns.flag]
kind = "boolean"
missing = true
"""


def imported(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("exported_table", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wide_run(folder: Path, form: str) -> SynthesisRun:
    (folder / "schema.toml").write_text(SCHEMA)
    (folder / "data.csv").write_text(
        "id,kind,grade,count,share,day,flag\n"
        + "".join(f"{n},plain,low,{n},0.{n % 8 + 1},2020-01-0{n % 9 + 1},true\n" for n in range(1, 40))
    )
    job = toy_job(folder, queries=["marginals:1"], format=form, changes={"evolution": {"sweeps": 1}})
    return start(job)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_all_kinds_of_columns_are_loaded_as_pandas_reads_the_file(inputs: Path, form: str) -> None:
    run = wide_run(inputs, form)
    module = imported(export_table(run, "python"))
    arrow = module.load_arrow()
    assert arrow.num_rows == 30
    table = arrow.to_pandas(date_as_object=False)
    if form == "parquet":
        table["day"] = table["day"].dt.date.where(table["day"].notna(), None)
        pd.testing.assert_frame_equal(table, pd.read_parquet(run.table_path), check_dtype=False)
    arrays = module.load_numpy()
    assert list(arrays) == list(run.schema.names)
    assert arrays["id"].dtype == np.int64
    assert arrays["day"].dtype == np.dtype("datetime64[D]")
    for place, column in enumerate(run.schema.columns):
        nulls = run.codes[:, place] == column.null_code
        np.testing.assert_array_equal(np.ma.getmaskarray(arrays[column.name]), nulls)
        if not column.is_numeric:
            expected = [column.labels[code] for code in run.codes[~nulls, place]]
            found = np.ma.getdata(arrays[column.name])[~nulls].tolist()
            assert [str(value).lower() if column.kind == "boolean" else value for value in found] == expected
    frame = module.load_pandas()
    assert frame["grade"].dtype == pd.CategoricalDtype(["low", "middle", "high"], ordered=True)
    assert list(frame["kind"].cat.categories) == list(run.schema.column("kind").categories)
    assert frame["count"].dtype == pd.Int64Dtype()
    assert frame.isna().sum().to_dict() == table.isna().sum().to_dict()


def test_the_evidence_is_the_ledgers_and_the_schema_can_be_read_again(inputs: Path) -> None:
    run = start(toy_job(inputs))
    module = imported(export_table(run, "python"))
    evidence = module.EVIDENCE
    assert (evidence["epsilon"], evidence["delta"], evidence["neighbours"]) == (2.0, 1e-6, "add_remove")
    assert evidence["rho_spent"] == pytest.approx(run.ledger.spent)
    assert evidence["loss"] == pytest.approx(run.loss, rel=1e-6)
    assert sum(row["releases"] for row in evidence["measured"]) == len(run.ledger.releases)
    assert evidence["not_covered"] == ""
    assert schema_from_data(module.SCHEMA, "export") == run.schema
    assert "differential privacy" in module.__doc__


def test_changed_data_are_not_loaded(inputs: Path) -> None:
    run = start(toy_job(inputs, format="csv"))
    module = imported(export_table(run, "python"))
    module.load_arrow()
    run.table_path.write_bytes(run.table_path.read_bytes().replace(b"red", b"blue", 1))
    with pytest.raises(ValueError, match="was changed since this module was written"):
        module.load_arrow()


def test_another_folder_gets_the_data_too(inputs: Path) -> None:
    run = start(toy_job(inputs))
    (inputs / "out").mkdir()
    path = export_table(run, "python", inputs / "out" / "shop.py")
    assert imported(path).load_arrow().num_rows == 30
    assert (inputs / "out" / "shop.parquet").read_bytes() == run.table_path.read_bytes()
    path.unlink()
    with pytest.raises(ValueError, match="where the data go, exists and is not overwritten"):
        export_table(run, "python", path)


def test_a_table_that_is_not_the_runs_is_not_exported(inputs: Path) -> None:
    run = start(toy_job(inputs, format="csv"))
    content = run.table_path.read_text()
    assert '"red"' in content
    run.table_path.write_text(content.replace('"red"', '"green"', 1))
    with pytest.raises(ValueError, match=r"column 'colour' of .* is not the run's; restore it"):
        export_table(run, "python")
    run.table_path.write_text(content[: content.rindex("\n", 0, -1) + 1])
    with pytest.raises(ValueError, match="has other rows or columns than the run"):
        export_table(run, "python")
    assert not (run.path / "synthetic.py").exists()
