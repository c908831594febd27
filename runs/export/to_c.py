"""Export to C99: a function of a double."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from primitives import primitive
from runs.export.evidence import Evidence, one_line, rows, table, title
from runs.export.verification import BIT_FOR_BIT, Values, check_points, require_same_bits
from search_spaces.formula import live_values, operand_name
from search_spaces.program import Program

SUFFIX = ".c"

_FLAGS = ("-std=c99", "-O2", "-ffp-contract=off")
_TIMEOUT_SECONDS = 60

_VERIFIED = f"{BIT_FOR_BIT}; compiled with cc {' '.join(_FLAGS)}"

_DRIVER = """
#include <stdio.h>
double {function}(double x);
int main(void)
{{
    double x;
    while (fread(&x, sizeof x, 1, stdin) == 1) {{
        const double y = {function}(x);
        if (fwrite(&y, sizeof y, 1, stdout) != 1) return 1;
    }}
    return 0;
}}
"""


def source(program: Program, evidence: Evidence) -> str:
    """Returns the translation unit, constants as hexadecimal floating-point literals."""
    needs_header = any("(" in primitive(name).c for name, *_ in program.instructions)
    lines = [
        f"/* {_comment(title(evidence))}",
        " *",
        *(f" * {_comment(line)}" for line in table(rows(program, evidence, _VERIFIED))),
        " *",
        " * A compiler that contracts a * b + c into one fused multiply-add changes last bits: -ffp-contract=off.",
        " */",
        *(["#include <math.h>"] if needs_header else []),
        "",
        f"/* Approximates {_comment(one_line(evidence.expression))} on {_comment(one_line(evidence.domain))}. */",
        f"double {_function(evidence)}(double x)",
        "{",
        *_constants(program),
        "",
        *_statements(program),
        "}",
    ]
    return "\n".join(lines) + "\n"


def check(source: str, program: Program, evidence: Evidence) -> None:
    """Compiles the text with the system's compiler, runs it and compares it with the evaluator, bit for bit.

    Raises:
        ValueError: when there is no compiler, it refuses the text, or a bit differs.
    """
    points = check_points(evidence.lower, evidence.upper)
    require_same_bits("c", program, points, _run(source, _function(evidence), points))


def _function(evidence: Evidence) -> str:
    # C reserves the names of its library, and most targets are named like a function of math.h.
    return f"{evidence.function}_approx"


def _constants(program: Program) -> list[str]:
    live = live_values(program)
    return [
        f"    const double c{number} = {high.hex()}; /* {high!r} */"
        for number, (high, _) in enumerate(program.constants)
        if -1 - number in live
    ]


def _statements(program: Program) -> list[str]:
    live = live_values(program)
    lines = []
    for position, (name, *references) in enumerate(program.instructions, 1):
        if position in live:
            target = "return" if position == len(program.instructions) else f"const double v{position} ="
            lines.append(f"    {target} {primitive(name).c.format(*map(operand_name, references))};")
    return lines


def _comment(text: str) -> str:
    return text.replace("*/", "* /").replace("/*", "/ *").replace("??/", "? ?/")


def _run(source: str, function: str, points: Values) -> Values:
    compiler = shutil.which("cc")
    if compiler is None:
        raise ValueError(
            "an export to C is compiled and executed before it is written, and there is no C compiler `cc` on the "
            "PATH; install one (gcc or clang), or export to numpy"
        )
    with tempfile.TemporaryDirectory(prefix="primordia-export-") as folder:
        program, driver, binary = (Path(folder) / name for name in ("exported.c", "driver.c", "driver"))
        program.write_text(source, encoding="utf-8")
        driver.write_text(_DRIVER.format(function=function), encoding="utf-8")
        build = [compiler, *_FLAGS, str(program), str(driver), "-o", str(binary), "-lm"]
        built = subprocess.run(build, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False)
        if built.returncode != 0:
            errors = [line for line in built.stderr.splitlines() if "error" in line] or ["no message"]
            raise ValueError(f"cc refuses the c export: {errors[0]}; nothing was written")
        data = points.astype(np.float64).tobytes()
        done = subprocess.run([str(binary)], input=data, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False)
        if done.returncode != 0 or len(done.stdout) != len(data):
            raise ValueError(f"the c export ended with status {done.returncode}; nothing was written")
        return np.frombuffer(done.stdout, dtype=np.float64)
