"""What every registered kind of search owes the command and the run folder."""

import subprocess
import sys
from pathlib import Path

import pytest

import primordia
from engine.setup import Factory
from evaluators import EVALUATORS
from runs.job.job import Job
from runs.job.options import OPTIONS
from runs.job.schema import to_data
from runs.kind import Kind
from runs.kinds import KINDS, kind_named, kind_of_sections
from search_spaces import SPACES


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def test_a_kind_is_named_as_its_space_and_evaluator(kind: Kind) -> None:
    assert kind.name in SPACES
    assert kind.name in EVALUATORS
    assert Factory(SPACES[kind.name]).build().name == kind.name


def test_its_job_knows_its_kind_and_has_its_section(kind: Kind) -> None:
    job_type = kind.job_type()
    assert issubclass(job_type, Job)
    assert job_type.kind == kind.name
    assert kind.section in to_data(job_type())


def test_every_option_sets_a_key_of_the_job_and_every_argument_is_an_option(kind: Kind) -> None:
    import typing

    hints = typing.get_type_hints(kind.job_type())
    for key in (*kind.options.values(), *filter(None, [kind.named])):
        section, _, name = key.rpartition(".")
        assert name in (typing.get_type_hints(hints[section]) if section else hints), key
    own = {flags[0].removeprefix("--").replace("-", "_") for flags, _ in kind.arguments}
    assert own <= set(kind.options)
    assert not own & set(OPTIONS)
    assert set(OPTIONS.items()) <= set(kind.options.items())


def test_kinds_are_told_apart_by_their_sections() -> None:
    for kind in KINDS.values():
        assert kind_of_sections({"budget": {}, kind.section: {}}) is kind
    assert len({kind.section for kind in KINDS.values()}) == len(KINDS)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"job\.toml: the kind of search must be one of real_functions.*, not 'poems'"):
        kind_named("poems", "job.toml")


def test_knowing_the_kinds_imports_nothing_heavy() -> None:
    code = (
        "import sys, runs.kinds\n"
        "print([m for m in ('jax', 'numpy', 'ray', 'sympy', 'pyarrow', 'rich', 'opendp') if m in sys.modules])"
    )
    root = Path(primordia.__file__).parent
    result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
