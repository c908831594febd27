import shutil
import subprocess
from dataclasses import replace

import pytest

from runs.float32.export import to_c
from tests.search_spaces.float32_functions.programs import written

needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")


@needs_gcc
@pytest.mark.parametrize("name", ["program", "whole"])
def test_gcc_vectorises_the_loop_and_warns_of_nothing(name, evidence, tmp_path, request):
    (tmp_path / "exp2.c").write_text(to_c.source(request.getfixturevalue(name), evidence))
    command = ["gcc", *to_c.FLAGS, "-Wall", "-Wextra", "-Werror", "-fopt-info-vec", "-c", "exp2.c", "-o", "exp2.o"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "loop vectorized" in done.stderr


@needs_gcc
def test_it_includes_only_the_standard_library_and_has_no_intrinsics(program, evidence):
    text = to_c.source(program, evidence)
    assert {line for line in text.splitlines() if line.startswith("#include")} == {
        "#include <math.h>", "#include <stddef.h>", "#include <stdint.h>", "#include <string.h>",
    }  # fmt: skip
    assert "_mm" not in text


def test_constants_are_written_exactly(evidence):
    program = written(lambda b, x: b("fma", x, 0.1, b.fixed(-0.0)) + b.fixed(float("-inf")))
    text = to_c.source(program, evidence)
    assert "0x1.99999ap-4f /* 0.100000001 */" in text
    assert "-0x0.0p+0f" in text
    assert "-INFINITY" in text


def test_comments_cannot_end_early(program, evidence):
    text = to_c.source(program, replace(evidence, command="a */ b"))
    assert text.count("*/") == text.count("/*")


def test_a_missing_compiler_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(ValueError, match=r"no C compiler `cc` on the PATH; install one \(gcc or clang\)"):
        to_c.executable()
