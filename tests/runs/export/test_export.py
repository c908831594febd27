import ast
import dataclasses
import importlib.util
import sys

import numpy as np
import pytest

from runs.export import export, languages, suffix, write_export
from search_spaces.program import Program

PYTHON = ("jax", "mpmath", "numpy", "torch")
PACKAGES = {"primitives", "search_spaces", "evaluators", "engine", "runs", "primordia"}
SAFE_HOSTILE = 'x"""\nimport os; os.abort()\n"""*/ int y; /* \\ \u2028 % \n\\input{/etc/passwd} \x00'


def load(path):
    spec = importlib.util.spec_from_file_location("exported", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def skip_without(language):
    if language == "torch" and importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")


def test_the_languages_are_the_files():
    assert languages() == ("c", "jax", "latex", "mpmath", "numpy", "torch")


@pytest.mark.parametrize("language", languages())
def test_a_program_is_executed_compared_and_written(language, program, evidence, tmp_path):
    skip_without(language)
    path = tmp_path / f"exp2{suffix(language)}"
    text = write_export(program, language, evidence, path)
    assert path.read_text() == text == export(program, language, evidence)
    assert list(tmp_path.iterdir()) == [path]
    for fact in ("2**x", "[0, 1]", "2.793000e-8", "seed 7", "2026-11-21", "0.10.2", "--candidates 100000", "10,000"):
        assert fact in text
    assert len(max(text.splitlines(), key=len)) <= 120


@pytest.mark.parametrize("language", PYTHON)
def test_python_exports_import_nothing_of_primordia(language, program, evidence):
    tree = ast.parse(export(program, language, evidence))
    imported = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert imported <= {"mpmath"}
    assert not any(isinstance(n, ast.ImportFrom) for n in ast.walk(tree))


def test_the_numpy_export_approximates_the_target_and_states_its_evidence(program, evidence, tmp_path):
    write_export(program, "numpy", evidence, tmp_path / "exp2.py")
    module = load(tmp_path / "exp2.py")
    x = np.linspace(0, 1, 1001)
    assert np.max(np.abs(module.exp2(x) / 2**x - 1)) == pytest.approx(2.79e-8, rel=0.01)
    assert module.exp2(0.25) == module.exp2(np.array([0.25]))[0]
    assert module.DOMAIN == (0.0, 1.0)
    assert module.MAX_ERROR == 2.793e-8
    assert module.EVIDENCE["target"] == "2**x"
    assert module.EVIDENCE["proven_bound"] == 2.793e-8
    assert "exp2(x): 2**x on [0, 1]" in module.__doc__


def test_the_mpmath_export_uses_the_trailing_parts_of_the_constants(program, evidence, tmp_path):
    mpmath = pytest.importorskip("mpmath")
    write_export(program, "mpmath", evidence, tmp_path / "exp2.py")
    module = load(tmp_path / "exp2.py")
    with mpmath.workdps(60):
        constants = [mpmath.mpf(high) + mpmath.mpf(low) for high, low in program.constants]
        c0, c1, c2, c3, c4 = constants
        x = mpmath.mpf("0.3")
        expected = (c3 / (x + c1 / (x + c0) + c2) + c4) ** 2
        assert abs(module.exp2(x) - expected) < mpmath.mpf("1e-56")


@pytest.mark.parametrize("language", ["c", "jax", "latex", "numpy", "torch"])
def test_a_wrong_text_is_refused(language, program, evidence):
    skip_without(language)
    module = sys.modules[f"runs.export.to_{language}"]
    text = export(program, language, evidence)
    wrong = {"c": ("x + c0", "x - c0"), "latex": (r"x + c_{0}", r"x - c_{0}"), "torch": ("x + c0", "x - c0")}.get(
        language, ("x + C0", "x - C0")
    )
    assert wrong[0] in text
    with pytest.raises(ValueError, match="nothing was written"):
        module.check(text.replace(*wrong), program, evidence)


def test_a_wrong_trailing_part_is_seen_by_mpmath_and_latex(program, evidence):
    other = dataclasses.replace(program, constants=((program.constants[0][0], 1.2e-17), *program.constants[1:]))
    for language in ("mpmath", "latex"):
        text = export(other, language, evidence)
        with pytest.raises(ValueError, match="nothing was written"):
            sys.modules[f"runs.export.to_{language}"].check(text, program, evidence)


def test_one_last_bit_is_enough_to_refuse(program, evidence, tmp_path, monkeypatch):
    from runs.export import to_numpy

    monkeypatch.setattr(to_numpy, "source", lambda p, e: honest(p, e).replace("v6 * v6", "v6 * v6 * (1 + 2.3e-16)"))
    with pytest.raises(ValueError, match=r"numpy export differs from the evaluator on [\d,]+ of 10,000 points"):
        write_export(program, "numpy", evidence, tmp_path / "exp2.py")
    assert list(tmp_path.iterdir()) == []


def honest(program, evidence):
    from runs.export.python_module import double_module
    from runs.export.to_numpy import _DIALECT

    return double_module(program, evidence, _DIALECT)


@pytest.mark.parametrize("language", ["c", "jax", "latex", "mpmath", "numpy"])
def test_square_roots_and_dead_code_pass(language, evidence, tmp_path):
    code = (("mul", 0, 0), ("add", 1, -1), ("sqrt", 2), ("neg", 0), ("sub", 3, 0), ("div", -1, 5))
    program = Program(code, ((1.5, 0.0), (2.5, 0.0)))
    write_export(program, language, evidence, tmp_path / "f")
    assert "sqrt" in (tmp_path / "f").read_text()


def test_library_functions_are_written_where_they_agree_and_explained_where_not(evidence, tmp_path):
    program = Program((("mul", 0, -1), ("exp", 1), ("log", 2), ("exp", 3), ("sqrt", 4)), ((0.7, 0.0),))
    write_export(program, "numpy", evidence, tmp_path / "numpy.py")
    write_export(program, "mpmath", evidence, tmp_path / "mpmath.py")
    try:
        write_export(program, "jax", evidence, tmp_path / "jax.py")
    except ValueError as error:
        assert "not every library rounds exp and log and sqrt alike" in str(error)
        assert not (tmp_path / "jax.py").exists()


@pytest.mark.parametrize("language", ["c", "latex", "mpmath", "numpy"])
def test_hostile_text_stays_text(language, program, evidence, tmp_path):
    hostile = dataclasses.replace(
        evidence,
        name=SAFE_HOSTILE,
        expression=SAFE_HOSTILE,
        domain=SAFE_HOSTILE,
        run=SAFE_HOSTILE,
        command=SAFE_HOSTILE,
    )
    text = write_export(program, language, hostile, tmp_path / "f")
    if language == "latex":
        body = [line for line in text.splitlines() if not line.startswith("%")]
        assert not any("input" in line or "abort" in line for line in body)
    if language == "c":
        assert text.count("*/") == text.count("/*")


@pytest.mark.parametrize(
    ("name", "function"),
    [("exp2", "exp2"), ("exp(-x**2)", "exp_x_2"), ("lambda", "lambda_"), ("x", "x_"), ("2x", "f_2x"), ("", "f"),
     ("EVIDENCE", "EVIDENCE_"), ("v3", "v3_"), ("größe", "gr_e")],
)  # fmt: skip
def test_function_names_are_identifiers(name, function, evidence):
    assert dataclasses.replace(evidence, name=name).function == function


def test_an_existing_file_is_not_overwritten(program, evidence, tmp_path):
    path = tmp_path / "exp2.py"
    path.write_text("mine")
    with pytest.raises(ValueError, match="exists and is not overwritten"):
        write_export(program, "numpy", evidence, path)
    assert path.read_text() == "mine"


def test_bad_arguments_are_named(program, evidence):
    with pytest.raises(ValueError, match="language 'fortran' is unknown; use one of: c, jax"):
        export(program, "fortran", evidence)
    broken = dataclasses.replace(program, constants=((float("inf"), 0.0), *program.constants[1:]))
    with pytest.raises(ValueError, match="constant c0 of an exported program must be finite"):
        export(broken, "numpy", evidence)


def test_missing_tools_are_named(program, evidence, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="no C compiler `cc`"):
        write_export(program, "c", evidence, tmp_path / "f.c")
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: None)
    with pytest.raises(ValueError, match=r"needs torch; install primordia\[torch\]"):
        write_export(program, "torch", evidence, tmp_path / "f.py")
    assert list(tmp_path.iterdir()) == []
