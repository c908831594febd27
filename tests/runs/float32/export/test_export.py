import ast
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from primitives.machine import MACHINE
from runs.float32.export import export, languages, path_of_test, suffix, write_export

EXECUTED = [
    "numpy",
    "c",
    "jax",
    pytest.param("pallas", marks=pytest.mark.slow),
    pytest.param("torch", marks=pytest.mark.slow),
    pytest.param("triton", marks=pytest.mark.slow),
]


@pytest.fixture
def needs(request):
    language = request.getfixturevalue("language")
    if language in ("torch", "triton"):
        pytest.importorskip("torch", reason="needs PyTorch")
    if language == "triton":
        pytest.importorskip("triton", reason="needs Triton")
    if language == "c" and shutil.which("cc") is None:
        pytest.skip("needs a C compiler")


def test_languages_are_those_of_the_modules():
    assert languages() == ("c", "jax", "numpy", "pallas", "torch", "triton")
    assert suffix("c") == ".c"
    assert suffix("jax") == ".py"


@pytest.mark.usefixtures("needs")
@pytest.mark.parametrize("language", EXECUTED)
def test_the_file_and_its_test_are_written_after_both_ran(language, program, evidence, tmp_path):
    path = tmp_path / f"exp2_{language}{suffix(language)}"
    text = write_export(program, language, evidence, path)
    assert path.read_text() == text
    again = path_of_test(path)
    assert again.name == f"test_exp2_{language}.py"
    if language not in ("numpy", "c"):
        return
    done = subprocess.run([sys.executable, "-I", again], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "claimed 2.591" in done.stdout


@pytest.mark.usefixtures("needs")
@pytest.mark.parametrize("language", [*EXECUTED[:2], pytest.param("jax", marks=pytest.mark.slow), *EXECUTED[3:]])
def test_every_operation_is_written(language, whole, evidence, tmp_path):
    assert {name for name, *_ in whole.instructions} == set(MACHINE)
    unclaimed = replace(evidence, max_ulp=float("inf"), specials=False)
    write_export(whole, language, unclaimed, tmp_path / f"all{suffix(language)}")


@pytest.mark.parametrize("language", languages())
def test_texts_carry_the_evidence_and_import_nothing_of_ours(language, whole, evidence):
    text = export(whole, language, evidence)
    for figure in ("2.591 ULP", "4711", "seed 7", "56.2 %", "11.5 slots", "--seed 7", "jax 0.10.2", "zero, as XLA has"):
        assert figure in text
    if suffix(language) == ".py":
        module = ast.parse(text)
        names = {alias.name for node in ast.walk(module) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module for node in ast.walk(module) if isinstance(node, ast.ImportFrom)}
        ours = {"primordia", "engine", "primitives", "search_spaces", "evaluators", "runs"}
        assert not {name.partition(".")[0] for name in names} & ours


def test_a_bound_that_does_not_hold_is_refused(program, evidence, tmp_path):
    with pytest.raises(ValueError, match=r"2\.58648 ULP at x = 14.* more than the 2\.5 claimed; nothing was written"):
        write_export(program, "numpy", replace(evidence, max_ulp=2.5), tmp_path / "exp2.py")
    assert not list(tmp_path.iterdir())


def test_files_are_not_overwritten(program, evidence, tmp_path):
    path_of_test(tmp_path / "exp2.py").write_text("mine")
    with pytest.raises(ValueError, match=r"test_exp2\.py exists and is not overwritten; give another file name"):
        write_export(program, "numpy", evidence, tmp_path / "exp2.py")


def test_unknown_languages_are_refused(program, evidence):
    with pytest.raises(ValueError, match="language 'fortran' is unknown; use one of: c, jax, numpy, pallas, torch"):
        export(program, "fortran", evidence)


@pytest.mark.parametrize(("language", "fmt"), [("c", "float16"), ("triton", "bfloat16"), ("torch", "bfloat16")])
def test_formats_that_a_language_lacks_are_refused(language, fmt, evidence):
    from tests.search_spaces.float32_functions.programs import written

    with pytest.raises(ValueError, match=f"exports to {language} have float32.*, not {fmt}; export to jax"):
        export(written(lambda b, x: b("abs", x), fmt), language, evidence)
