"""Exact errors of the synthetic table against the private one: for the owner of the data, never for release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from evaluators.queries.query import Query
from runs.folder.atomic import write_atomically
from runs.privacy.private_folder import private_folder
from runs.synthesis.private_table import PrivateTable
from runs.synthesis.run import SynthesisRun
from search_spaces.synthetic_data.grid import Codes

EVALUATION_FILE = "evaluation.json"


def write_evaluation(run: SynthesisRun) -> Path:
    """Compares the synthetic table with the private one without noise, and returns the file in the private folder.

    Raises:
        ValueError: when the private table cannot be read, is not the ledger's, or the disk is full.
    """
    private = PrivateTable(Path(run.job.data.path), run.schema, run.job.data.ignored)
    private.check(run.ledger_folder, run.ledger.terms)
    content = {
        "warning": "PRIVATE: exact errors, computed without noise; not for release",
        "errors": "of answers as shares of the rows of each table",
        "queries": exact_errors(run.problem.queries, run.codes, private.codes),
    }
    path = private_folder(run.path) / EVALUATION_FILE
    write_atomically(path, json.dumps(content, indent=1).encode())
    return path


def exact_errors(queries: tuple[Query, ...], synthetic: Codes, private: Codes) -> list[dict[str, Any]]:
    """Returns the mean and the largest error of each query.

    Args:
        queries: the workload.
        synthetic: codes of the synthetic table, with a row or more.
        private: codes of the private one.
    """
    rows = []
    for query in queries:
        ours = query.answers(synthetic) / len(synthetic)
        theirs = query.answers(private) / max(1, len(private))
        error = np.abs(ours - theirs)
        rows.append({"query": query.name, "mean": float(error.mean()), "max": float(error.max())})
    return rows
