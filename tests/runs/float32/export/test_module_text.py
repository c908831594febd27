import ast
from dataclasses import replace

from runs.float32.export.module_text import head, module_loader, quotable, statements, summary
from tests.search_spaces.float32_functions.programs import written


def test_the_head_is_python_whatever_the_evidence_says(program, evidence):
    nasty = replace(evidence, command='a """ b \\ c\n"', run='q"')
    module = ast.parse(head(program, nasty, "by hand", ["import numpy as np"], "Remarks."))
    assert "by hand" in ast.get_docstring(module)
    assert 'a """ b \\ c "' in ast.get_docstring(module)
    (assignment,) = [node for node in module.body if isinstance(node, ast.Assign)]
    known = ast.literal_eval(assignment.value)
    assert (known["run"], known["max_ulp"], known["exhaustive"]) == ('q"', 2.5901, False)


def test_the_summary_makes_the_claim(program, evidence):
    assert summary(program, evidence) == "Returns exp2(x) for every float32 in [-120, 120], within 2.591 ULP."
    assert quotable('a"\\') == 'a\\"\\\\'


def test_statements_are_in_the_language():
    program = written(lambda b, x: b("number", b("bits", b("abs", x)) + 1))
    assert statements(program, "numpy") == [
        "v1 = np.abs(x)", "v2 = v1.view(np.int32)", "v3 = v2 + c0", "v4 = v3.view(np.float32)",
    ]  # fmt: skip
    assert statements(program, "c")[2] == "v3 = (int32_t)((uint32_t)v2 + (uint32_t)c0)"
    assert statements(program, "torch", {"torch.abs": "abs"})[0] == "v1 = abs(x)"


def test_loaders_define_a_function_of_the_path(tmp_path):
    (tmp_path / "twice.py").write_text("def f(x):\n    return 2 * x\n")
    loader = module_loader("return exported.f", before="assert math.pi", imports=("math",))
    names = {}
    exec("\n".join(f"import {module}" for module in loader.imports) + loader.text, names)
    assert names["load"](tmp_path / "twice.py")(3) == 6
