"""What the modules of all libraries have in common: the evidence, the imports, the names of a layer's parts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from primitives.moments import EPSILON
from runs.layers.export.evidence import LayerEvidence, header
from runs.layers.export.layer_code import LayerCode
from search_spaces.norm_act_layers.layer import Layer


def module_text(
    layer: Layer,
    evidence: LayerEvidence,
    code: LayerCode,
    verified: str,
    imports: str,
    parts: Iterable[str],
) -> str:
    """Returns a module.

    Args:
        layer: in canonical form.
        evidence: what is known about it, for the docstring.
        code: the layer's statements.
        verified: how the file is compared before it is written.
        imports: the import statements of the library.
        parts: functions and classes, each a text without empty lines around it.
    """
    docstring = "\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in header(layer, evidence, verified))
    if code.has_groups:
        # The standard library's other imports, if there are any, come in the same block.
        imports = f"import math\n{imports}" if imports.startswith("from typing") else f"import math\n\n{imports}"
    constants = [f"EPSILON = {EPSILON!r}"] if code.has_roots else []
    top = "\n\n".join([f'"""{docstring}\n"""', imports.strip("\n"), *constants])
    return "\n\n\n".join([top, *(part.strip("\n") for part in parts if part)]) + "\n"


def filled(template: str, **blocks: str | Iterable[str]) -> str:
    """Returns a text in which each line ``{name}`` is replaced by a block of lines, indented as the line is.

    Args:
        template: a text; lines for empty blocks vanish.
        blocks: lines, or one text of lines, by name; what stands within a line is replaced too.
    """
    lines: list[str] = []
    for line in textwrap.dedent(template).strip("\n").splitlines():
        name = line.strip().removeprefix("{").removesuffix("}")
        if line.strip() == f"{{{name}}}" and name in blocks:
            block = blocks[name]
            new = block.splitlines() if isinstance(block, str) else block
            lines += [textwrap.indent(text, line[: len(line) - len(line.lstrip())]) for text in new]
        else:
            for key, block in blocks.items():
                line = line.replace(f"{{{key}}}", block) if isinstance(block, str) else line
            lines.append(line)
    return "\n".join(lines)


def names_of(code: LayerCode, running: str) -> dict[str, str]:
    """Returns the names in the exported code by the keys of the evaluator's parameters and state.

    Args:
        code: the layer's statements.
        running: how the code names the running statistic ``{0}``.
    """
    names = {parameter.key: parameter.name for parameter in code.parameters}
    return names | {found.key: running.format(found.name) for found in code.running}
