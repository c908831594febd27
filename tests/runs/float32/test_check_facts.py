import math
from pathlib import Path

from evaluators.float32_functions.chunk import Figures
from evaluators.float32_functions.exhaustive import CheckResult
from evaluators.float32_functions.specials import Special
from evaluators.float32_functions.targets import target
from runs.float32.check_facts import check_facts, compiled_fact, special_lines
from runs.float32.checking.check import check_path
from runs.float32.checking.check_file import CheckFile
from runs.float32.checking.question import of_program
from runs.float32.found_program import FoundProgram
from runs.float32.run import Float32Run
from tests.runs.float32.made_run import make_run

FIGURES = Figures(inputs=7, infinite=0, total_ulp=0.7, correct=5, worst=((0.75, 0.5, 1.4),))
SPECIALS = (
    Special("NaN", math.nan, 1.0, math.nan, ok=False),
    Special("-0", -0.0, 1.0, 1.0, ok=True),
)


def result(figures: Figures = FIGURES, specials: tuple[Special, ...] = SPECIALS) -> CheckResult:
    return CheckResult(target("exp2"), "float32", "flushed", figures, specials, 2.5, {"jax": "0.10"})


def checked(found: FoundProgram, error: float) -> None:
    """Writes a check of a program into its run."""
    question = of_program(found.program, found.run.target)
    file = CheckFile(check_path(found.run.path, question), question, {})
    file.begin()
    figures = Figures(inputs=7, total_ulp=0.7, correct=5, worst=((error, 0.5, 1.4),))
    file.end(CheckResult(found.run.target, "float32", "flushed", figures, (), 1.0, {}))


def test_the_figures_of_a_check_in_words() -> None:
    facts = dict(check_facts(result()))
    assert facts["inputs"] == "7: all inputs"
    assert facts["greatest error"] == "0.75 ULP at x = 0.5 (0x1.0000000000000p-1)"
    assert facts["mean error"] == "0.1 ULP"
    assert facts["correctly rounded"] == "71.429%"
    assert facts["steps the wrong way"] == "none: monotone where the function is"
    assert facts["special inputs"] == "1 of 2 wrong: NaN"
    assert facts["made with"] == "jax 0.10"


def test_steps_the_wrong_way_and_right_specials() -> None:
    figures = Figures(inputs=7, falls=1234, first_fall=-2.0, worst=FIGURES.worst)
    facts = dict(check_facts(result(figures, SPECIALS[1:])))
    assert facts["steps the wrong way"] == "1,234, the first to x = -2.0 (-0x1.0000000000000p+1)"
    assert facts["special inputs"] == "all 1 right"


def test_what_the_compiler_does_is_said() -> None:
    assert compiled_fact(None) == ()
    assert "the same bits" in compiled_fact(0.0)[0][1]
    assert "differs" in compiled_fact(1e-6)[0][1]


def test_wrong_specials_have_a_line_each() -> None:
    assert special_lines(result()) == ["wrong at NaN: 1 instead of nan"]


def test_a_check_decides_what_a_program_is_known_for(tmp_path: Path) -> None:
    run = Float32Run(make_run(tmp_path / "run", max_ulp=0.9))
    cheap, dear = run.front
    checked(cheap, 0.95)
    again = Float32Run(run.path)
    assert [found.max_ulp for found in again.front] == [0.95, 0.6]
    assert again.best().id == dear.id
