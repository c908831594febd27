"""The kind of search for functions over the reals, as the command and the run folder know it."""

from __future__ import annotations

from types import MappingProxyType

from runs.command.command import RUN, Command, option, words
from runs.functions.commands import PROGRAM, prove
from runs.job.options import OPTIONS
from runs.kind import Kind

REAL_FUNCTIONS = Kind(
    name="real_functions",
    title="functions over the reals",
    section="function",
    named="function.name",
    names=(),
    options=MappingProxyType(
        {
            "function": "function.expression",
            "domain": "function.domain",
            "error": "function.error",
            "weight": "function.weight",
            "operations": "space.operations",
            "max_operations": "space.max_operations",
            "strategy": "selection.strategy",
            "islands": "islands.islands",
            "target_error": "budget.target_error",
            **OPTIONS,
        }
    ),
    arguments=(
        option("--function", "an expression in x instead of a known function", metavar="EXPRESSION"),
        option("--domain", "lower and upper end, such as 0,pi/4", type=words, metavar="A,B"),
        option("--error", "which error is minimised: relative or absolute"),
        option("--weight", "an expression in x that multiplies the error", metavar="EXPRESSION"),
        option("--operations", "what programs are made of (default: add,sub,mul,div)", type=words, metavar="A,B,..."),
        option("--max-operations", "the largest program", type=int, metavar="N"),
        option("--strategy", "how parents are selected: niches (default), nsga2, hypervolume, ageing, random, ..."),
        option("--target-error", "stop when a program is as exact as this", type=float, metavar="E"),
    ),
    commands=(
        Command(
            "prove",
            "prove an upper bound of a program's error over the whole domain; without a program: of the whole front",
            "primordia prove results/exp2-20261121-154312 8ops",
            (RUN, option("program", PROGRAM, nargs="?", metavar="PROGRAM")),
            prove,
        ),
    ),
    default_minutes=10.0,
    job="runs.functions.job:RealFunctionsJob",
    session="runs.functions.session",
    run="runs.functions.run:FunctionRun",
)
