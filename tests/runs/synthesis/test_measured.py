from pathlib import Path

import numpy as np

from evaluators.queries import build_queries
from evaluators.synthetic_data.measurement import Measurement
from runs.synthesis.measured import of_round
from runs.synthesis.schema_file import read_schema


def test_a_worker_gets_the_name_of_the_query_its_noise_and_the_file(inputs: Path) -> None:
    queries = build_queries([{"kind": "marginals", "order": 1}], read_schema(inputs / "schema.toml"))
    found = of_round(3, [Measurement(query, np.zeros(query.size, np.int64), 1.5) for query in queries])
    assert [measured.release_id for measured in found] == ["3-0", "3-1", "3-2"]
    assert found[1].plain(inputs) == {
        "query": "marginal(size)", "path": str((inputs / "answers" / "3-1.npz").resolve()), "sigma": 1.5,
    }  # fmt: skip
