"""What exports to Python have in common: the module's head, and how a test file loads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from primitives.machine import MACHINE
from runs.export.evidence import one_line, table
from runs.float32.export.evidence import Evidence, domain_text, facts, rows, title
from search_spaces.float32_functions.formula import operand_name
from search_spaces.float32_functions.typed_program import TypedProgram

_LOADER = '''
def load(path):
    """Returns the exported function, which takes and returns arrays of NumPy."""
{before}    spec = importlib.util.spec_from_file_location("exported", path)
    exported = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(exported)
    {statement}
'''


@dataclass(frozen=True, slots=True)
class Loader:
    """How a test file loads an export.

    Attributes:
        imports: modules of the standard library that it takes.
        text: the definition of ``load(path)``, which returns the function on arrays of NumPy.
    """

    imports: tuple[str, ...]
    text: str


def module_loader(statement: str, before: str = "", imports: tuple[str, ...] = ()) -> Loader:
    """Returns how a module of Python is loaded.

    Args:
        statement: what follows its import as ``exported``, and returns the function.
        before: what precedes it.
        imports: modules of the standard library that it takes.
    """
    body = f"    {before}\n" if before else ""
    return Loader(("importlib.util", *imports), _LOADER.format(before=body, statement=statement))


def head(program: TypedProgram, evidence: Evidence, verified: str, imports: list[str], remarks: str = "") -> str:
    """Returns the docstring with the evidence, the imports, and the evidence as plain values.

    Args:
        program: the exported program.
        evidence: what is known about it.
        verified: how the file was compared before it was written.
        imports: statements.
        remarks: what users of this language must know; a paragraph of its own.
    """
    lines = [title(program, evidence), "", *table(rows(program, evidence, verified))]
    lines += ["", remarks] if remarks else []
    parts = [
        '"""' + "\n".join(map(quotable, lines)),
        '"""',
        "",
        *imports,
        "",
        "EVIDENCE = {",
        *(f'    "{name}": {_literal(value)},' for name, value in facts(program, evidence).items()),
        "}",
        "",
    ]
    return "\n".join(parts)


def summary(program: TypedProgram, evidence: Evidence) -> str:
    """Returns the first sentence of the function's docstring."""
    domain = domain_text(evidence.target, program.format)
    return quotable(f"Returns {evidence.function}(x) for {domain}, within {evidence.bound:g} ULP.")


def quotable(text: str) -> str:
    """Returns text as it may stand between quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _literal(value: str | int | float | bool) -> str:
    return f'"{quotable(one_line(value))}"' if isinstance(value, str) else repr(value)


def statements(program: TypedProgram, language: str, renamed: Mapping[str, str] | None = None) -> list[str]:
    """Returns one assignment for every operation.

    Args:
        program: the program.
        language: of :data:`primitives.machine_primitive.LANGUAGES`.
        renamed: what stands for names that the language has elsewhere.
    """
    fmt = program.float_format
    symbols = {"float": fmt.name, "int": fmt.integers, "exponent": fmt.exponent_bits, "fraction": fmt.fraction_bits}
    lines = []
    for place, (name, *references) in enumerate(program.instructions, 1):
        value = MACHINE[name].code[language].format(*map(operand_name, references), **symbols)
        for old, new in (renamed or {}).items():
            value = value.replace(old, new)
        lines.append(f"v{place} = {value}")
    return lines
