"""What the exports to Python have in common: the module's text and its execution in a process of its own."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primitives import primitive
from runs.export.evidence import Evidence, facts, one_line, rows, table, title
from runs.export.verification import Values, check_points, require_same_bits
from search_spaces.formula import live_values, operand_name
from search_spaces.program import Program

_TIMEOUT_SECONDS = 300

WITHOUT_PRIMORDIA = """
import sys

sys.modules.update(dict.fromkeys(("primordia", "engine", "primitives", "search_spaces", "evaluators", "runs")))
"""
"""What a process begins with in which Primordia cannot be imported, not even where it is installed."""

_DRIVER = """
import importlib.util, sys
import numpy as np

source, function, points, values = sys.argv[1:]
spec = importlib.util.spec_from_file_location("exported", source)
exported = importlib.util.module_from_spec(spec)
spec.loader.exec_module(exported)
f = getattr(exported, function)
x = np.load(points)
{evaluate}
np.save(values, np.broadcast_to(np.asarray(y), x.shape))
"""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one Python library's export differs from another's.

    Attributes:
        namespace: the module that holds ``sqrt`` and its like, as the text names it: ``np``.
        import_line: the import statement of the namespace.
        verified: how the file is compared before it is written.
        remarks: what users of this library must know; follows the first sentence of the function's docstring.
        needs_import: whether programs of arithmetic alone need the import too.
    """

    namespace: str
    import_line: str
    verified: str
    remarks: str
    needs_import: bool = False


def module_text(program: Program, evidence: Evidence, dialect: Dialect, constants: list[str], body: list[str]) -> str:
    """Returns a Python module: the evidence, the named constants and the function.

    Args:
        program: the program.
        evidence: what is known about it.
        dialect: what is particular to the library.
        constants: the statements that define the constants.
        body: the statements of the function.
    """
    needs_import = dialect.needs_import or any("{np}" in primitive(name).python for name, *_ in program.instructions)
    summary = one_line(f"Approximate {evidence.expression} on {evidence.domain}.")
    header = [title(evidence), "", *table(rows(program, evidence, dialect.verified))]
    lines = [
        '"""' + "\n".join(map(_quotable, header)),
        '"""',
        "",
        *([dialect.import_line, ""] if needs_import else []),
        "EVIDENCE = {",
        *(f'    "{name}": {_literal(value)},' for name, value in facts(program, evidence).items()),
        "}",
        f"DOMAIN = ({evidence.lower!r}, {evidence.upper!r})",
        f"MAX_ERROR = {evidence.max_error!r}  # over the reals; roundings come on top",
        "",
        *constants,
        "",
        "",
        f"def {evidence.function}(x):",
        f'    """{_quotable(summary)}{dialect.remarks}"""',
        *(f"    {statement}" for statement in body),
    ]
    return "\n".join(lines) + "\n"


def double_constants(program: Program) -> list[str]:
    """Returns the definitions of the constants in double precision: ``C0 = 1.5  # 0x1.8p+0``."""
    live = live_values(program)
    return [
        f"C{number} = {high!r}  # {high.hex()}"
        for number, (high, _) in enumerate(program.constants)
        if -1 - number in live
    ]


def statements(program: Program, namespace: str, constant_letter: str) -> list[str]:
    """Returns the live operations in order, the last one as the return statement."""
    live = live_values(program)
    lines = []
    for position, (name, *references) in enumerate(program.instructions, 1):
        if position in live:
            operands = [operand_name(reference, constant_letter) for reference in references]
            target = "return" if position == len(program.instructions) else f"v{position} ="
            lines.append(f"{target} {primitive(name).python.format(*operands, np=namespace)}")
    return lines


def double_module(program: Program, evidence: Evidence, dialect: Dialect) -> str:
    """Returns a module that computes in the type of its input, with constants in double precision."""
    body = statements(program, dialect.namespace, "C")
    return module_text(program, evidence, dialect, double_constants(program), body)


def check_bits(language: str, source: str, program: Program, evidence: Evidence, evaluate: str) -> None:
    """Executes a Python export on the points of the comparison and requires the evaluator's bits.

    Args:
        language: the language's name, for messages.
        source: the module's text.
        program: the exported program.
        evidence: gives the function's name and the domain.
        evaluate: statements that set ``y`` to the values of ``f`` at the float64 array ``x``.

    Raises:
        ValueError: when the module does not run or a bit differs.
    """
    points = check_points(evidence.lower, evidence.upper)
    values = run_module(language, source, evidence.function, points, evaluate)
    if values.dtype != np.float64:
        raise ValueError(f"the {language} export returns {values.dtype}, not float64; nothing was written")
    require_same_bits(language, program, points, values)


def run_module(language: str, source: str, function: str, points: Values, evaluate: str) -> NDArray[Any]:
    """Executes a module's text in a fresh, isolated interpreter, where Primordia's own modules are not at hand.

    Args:
        language: the language's name, for messages.
        source: the module's text.
        function: the function's name in it.
        points: inputs of shape ``(num_points,)``.
        evaluate: statements that set ``y`` to the values of ``f`` at the float64 array ``x``, one per point.

    Returns:
        ``y``, of shape ``(num_points,)``.

    Raises:
        ValueError: when the module does not run; the message has the last line it printed.
    """
    with tempfile.TemporaryDirectory(prefix="primordia-export-") as folder:
        module, inputs, outputs = (Path(folder) / name for name in ("exported.py", "points.npy", "values.npy"))
        module.write_text(source, encoding="utf-8")
        np.save(inputs, points)
        driver = _DRIVER.format(evaluate=evaluate)
        command = [
            sys.executable,
            "-I",
            "-c",
            WITHOUT_PRIMORDIA + driver,
            str(module),
            function,
            str(inputs),
            str(outputs),
        ]
        environment = os.environ | {"JAX_PLATFORMS": "cpu"}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, env=environment, cwd=folder, check=False
        )
        if done.returncode != 0:
            cause = (done.stderr.strip() or "no message").splitlines()[-1]
            raise ValueError(f"the {language} export does not run here: {cause}; nothing was written")
        values: NDArray[Any] = np.load(outputs, allow_pickle=False)
    return values


def require_package(package: str, install: str) -> None:
    """Raises ValueError that says what to install when a package is absent."""
    if importlib.util.find_spec(package) is None:
        raise ValueError(f"an export is executed before it is written and needs {package}; install {install}")


def _literal(value: str | int | float | None) -> str:
    return f'"{_quotable(one_line(value))}"' if isinstance(value, str) else repr(value)


def _quotable(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
