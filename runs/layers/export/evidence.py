"""What is known about a layer, in the words that every exported file carries."""

from __future__ import annotations

import keyword
import re
import textwrap
from dataclasses import dataclass

from primitives.moments import EPSILON, INDEX_SETS, MOMENTS
from runs.export.evidence import one_line, table
from search_spaces.norm_act_layers.formula import formula_text
from search_spaces.norm_act_layers.layer import Layer

_STATISTICS = {"mean": "mean", "var": "biased variance", "meansq": "mean square"}
_WIDTH = 108


@dataclass(frozen=True, slots=True)
class LayerEvidence:
    """The claim of an export and how it was established.

    Attributes:
        name: what the layer is called, which becomes the name of the exported class.
        run: the run's name; empty for a layer of no run.
        program: the candidate's id in its run.
        seed: the seed of the run.
        date: the day of the search, as YYYY-MM-DD.
        command: the command that reproduces the run.
        versions: pairs (package, version).
        data: the images that it was trained and scored on.
        accuracies: a table of accuracies as text of one or more lines.
    """

    name: str
    run: str = ""
    program: str = ""
    seed: int = 0
    date: str = ""
    command: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    data: str = ""
    accuracies: str = ""

    @property
    def class_name(self) -> str:
        """The name as a Python class is named: ``EvonormB0`` for ``evonorm_b0``."""
        parts = re.split(r"[\W_]+", self.name, flags=re.ASCII)
        name = "".join(part[:1].upper() + part[1:] for part in parts)
        if not name or name[0].isdigit():
            name = f"Layer{name}"
        return f"{name}Layer" if keyword.iskeyword(name) or name in {"Any", "EPSILON"} else name


def header(layer: Layer, evidence: LayerEvidence, verified: str) -> list[str]:
    """Returns the lines that an exported file begins with.

    Args:
        layer: the exported layer, in canonical form.
        evidence: what is known about it.
        verified: how the language compares the file with the layer before it is written.
    """
    pairs = [("formula", formula_text(layer)), *([("moments", "; ".join(meanings(layer)))] if meanings(layer) else [])]
    if evidence.run:
        found = f"{evidence.run}, candidate {evidence.program}, seed {evidence.seed}, {evidence.date}"
        pairs += [("run", found), ("reproduce", evidence.command)]
    pairs += [
        ("data", evidence.data),
        ("verified", verified),
        ("versions", ", ".join(f"{package} {version}" for package, version in evidence.versions)),
    ]
    rows = [(label, one_line(text)) for label, text in pairs if text]
    lines = [one_line(f"{evidence.name}: a normalization-activation layer, exported by Primordia."), "", *table(rows)]
    return [*lines, "", *_accuracies(evidence)] if evidence.accuracies.strip() else lines


def meanings(layer: Layer) -> list[str]:
    """Returns what each moment of a layer is: ``std[bwh] is the root of the biased variance plus 1e-05, ...``."""
    found = []
    for op, index_set in dict.fromkeys((node.op, node.index_set) for node in layer.nodes if node.index_set):
        moment, indices = MOMENTS[op], INDEX_SETS[index_set]
        statistic = _STATISTICS[moment.statistic]
        what = f"root of the {statistic} plus {EPSILON:g}" if moment.rooted else statistic
        running = ", running at inference" if indices.batch else ""
        found.append(f"{op}[{index_set}] is the {what}, {indices.meaning}{running}")
    return found


def _accuracies(evidence: LayerEvidence) -> list[str]:
    """Returns the lines of the table, its columns where they were."""
    lines = ["".join(c if c.isprintable() else " " for c in line) for line in evidence.accuracies.splitlines()]
    return [part.rstrip() for line in lines for part in textwrap.wrap(line, _WIDTH, drop_whitespace=False) or [""]]
