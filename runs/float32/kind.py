"""The kind of search for machine programs, as the command and the run folder know it."""

from __future__ import annotations

from types import MappingProxyType

from runs.command.command import option, words
from runs.float32.commands import COMMANDS
from runs.job.options import OPTIONS
from runs.kind import Kind

FLOAT32_FUNCTIONS = Kind(
    name="float32_functions",
    title="machine programs in float32",
    section="target",
    named="",
    names=("float32",),
    options=MappingProxyType(
        {
            "function": "target.function",
            "domain": "target.domain",
            "format": "target.format",
            "max_ulp": "target.max_ulp",
            "schemes": "space.schemes",
            "max_operations": "space.max_operations",
            "cost": "cost.model",
            "strategy": "selection.strategy",
            "islands": "islands.islands",
            "check": "output.check",
            **OPTIONS,
        }
    ),
    arguments=(
        option("--function", "exp2, exp, log2, log, sin, cos, tanh, erf, sigmoid, gelu, expm1 or log1p"),
        option("--domain", "least and greatest input, such as -1,0.5 (default: every input)", type=words),
        option("--format", "float32 (default), bfloat16 or float16"),
        option("--max-ulp", "the greatest error allowed, in ULP (default: 1)", type=float, metavar="U"),
        option("--schemes", "how random programs are written (default: all that suit)", type=words, metavar="A,B,..."),
        option("--max-operations", "the largest program (default: 96)", type=int, metavar="N"),
        option("--cost", "what programs cost: weights (default), or static, instructions that XLA compiles them to"),
        option("--strategy", "how parents are selected: niches (default), nsga2, hypervolume, ageing, random, ..."),
        option("--check", "programs run on every input afterwards: front (default), best or none"),
    ),
    commands=COMMANDS,
    default_minutes=10.0,
    job="runs.float32.job:Float32FunctionsJob",
    session="runs.float32.session",
    run="runs.float32.run:Float32Run",
)
