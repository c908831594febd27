"""A table of a million rows through the real command, and what that takes of time and memory."""

import itertools
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import tomli_w

from tests.benchmarks.timing import print_table
from tests.benchmarks.usage import measured

NUM_ROWS = 1_000_000
SIZES = (2, 2, 3, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 38, 44, 50)
FACTORS = 3


def write_source(folder, num_rows, seed=0):
    """Writes ``data.parquet`` of correlated categories and ``schema.toml``; returns the number of two-way cells."""
    rng = np.random.default_rng(seed)
    factors = rng.standard_normal((FACTORS, num_rows), np.float32)
    columns, schema = {}, {}
    for i, size in enumerate(SIZES):
        loads = rng.standard_normal(FACTORS).astype(np.float32)
        scores = loads @ factors + rng.standard_normal(num_rows, np.float32)
        # categories of very different sizes, as real ones are
        edges = np.quantile(scores[:100_000], np.sort(rng.random(size - 1)))
        names = [f"v{value}" for value in range(size)]
        codes = np.searchsorted(edges, scores).astype(np.int32)
        columns[f"c{i}"] = pa.DictionaryArray.from_arrays(codes, names)
        schema[f"c{i}"] = {"kind": "categorical", "categories": names}
    pq.write_table(pa.table(columns), folder / "data.parquet")
    (folder / "schema.toml").write_text(tomli_w.dumps({"columns": schema}))
    return sum(first * second for first, second in itertools.combinations(SIZES, 2))


def search_arguments(folder):
    """Returns the arguments of a search for a table like the one in a folder, all of whose pairs are asked."""
    data, schema, run = (str(folder / name) for name in ("data.parquet", "schema.toml", "run"))
    files = ["--data", data, "--schema", schema, "--out", run]
    spread = ["--workers", "2", "--islands", "2", "--layout", "row_blocks"]
    return ["search", "synthetic_data", *files, *spread, "--epsilon", "1", "--delta", "1e-9", "--seed", "1"]


def two_way_errors(folder):
    """Returns the largest and the mean error of all two-way marginals of a search's table, as shares of the rows."""
    tables = [_codes(folder / name) for name in ("data.parquet", "run/synthetic.parquet")]
    errors = []
    for i, j in itertools.combinations(range(len(SIZES)), 2):
        cells = [np.bincount(codes[i] * SIZES[j] + codes[j], minlength=SIZES[i] * SIZES[j]) for codes in tables]
        errors.append(np.abs(cells[0] / len(tables[0][0]) - cells[1] / len(tables[1][0])))
    together = np.concatenate(errors)
    return together.max(), together.mean()


def _codes(path):
    table = pq.read_table(path)
    names = (table[f"c{i}"].cast(pa.string()) for i in range(len(SIZES)))
    return [pc.utf8_slice_codeunits(name, 1).cast(pa.int32()).to_numpy() for name in names]


def large():
    """A million rows x 20 columns, all two-way marginals, by the command with two workers."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cells = write_source(folder, NUM_ROWS)
        usage = measured(search_arguments(folder))
        errors = two_way_errors(folder)
    memory = [f"{size / 2**20:,.0f}" for size in (usage.peaks["driver"], usage.peaks["worker"], usage.together)]
    row = [f"{NUM_ROWS:,}", str(len(SIZES)), f"{cells:,}", f"{usage.seconds:.0f}", f"{sum(usage.cpu.values()):.0f}"]
    print_table(
        "a large table in 2 row blocks on 2 workers, epsilon 1; peak memory in MiB",
        ["rows", "columns", "cells", "seconds", "CPU seconds", "driver", "a worker", "all", "2-way max", "2-way mean"],
        [[*row, *memory, *(f"{error:.3g}" for error in errors)]],
    )
