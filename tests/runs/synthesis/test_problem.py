import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import primordia
from evaluators.queries import build_queries
from evaluators.synthetic_data.measurement import Measurement
from runs.synthesis.measured import of_round
from runs.synthesis.problem import job_problem
from runs.synthesis.schema_file import read_schema
from search_spaces.synthetic_data.space import SyntheticData
from tests.runs.synthesis.toy import ToyTables, toy_job, write_inputs


def test_the_recipes_are_plain_data_and_build_what_the_job_says(inputs: Path) -> None:
    schema = read_schema(inputs / "schema.toml")
    problem = job_problem(toy_job(inputs), schema)
    space = problem.space(30).build()
    assert isinstance(space, SyntheticData)
    assert (space.rows, space.table_schema) == (30, schema)
    (query,) = build_queries([{"kind": "marginals", "tables": [["colour", "size"]]}], schema)
    measured = of_round(0, [Measurement(query, np.arange(query.size), 2.0)])
    (inputs / "answers").mkdir()
    np.savez(inputs / "answers" / "0-0.npz", answers=np.arange(query.size))
    evaluator = problem.evaluator(inputs, measured, 60.0, problem.job.evolution)
    json.dumps([evaluator.arguments, problem.space(30).arguments])
    built = evaluator.build()
    assert isinstance(built, ToyTables)
    assert built.sweeps == 1
    np.testing.assert_array_equal(built.measured[0][1], np.arange(query.size))


def test_the_title_says_what_is_promised(inputs: Path) -> None:
    problem = job_problem(toy_job(inputs), read_schema(inputs / "schema.toml"))
    assert problem.title == f"{inputs / 'data.csv'} as synthetic data, epsilon 2, delta 1e-06"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"queries": ["marginals:4"]}, "order must be at most the number of columns, which is 3, not 4"),
        ({"mechanism": "magic"}, r"\[mechanism\] name 'magic' is unknown; known: one_shot, adaptive"),
    ],
)
def test_what_would_fail_later_is_refused_now(inputs: Path, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        job_problem(toy_job(inputs, **options), read_schema(inputs / "schema.toml"))


def test_the_driver_does_without_jax(tmp_path: Path) -> None:
    write_inputs(tmp_path)
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from tests.runs.synthesis.toy import toy_job\n"
        "from runs.synthesis import session, turns\n"
        "from runs.synthesis.problem import job_problem\n"
        "from runs.synthesis.schema_file import read_schema\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "job_problem(toy_job(folder), read_schema(folder / 'schema.toml'))\n"
        "print('jax' in sys.modules)"
    )
    root = Path(primordia.__file__).parent
    result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
