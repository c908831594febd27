"""The subcommand ``primordia check``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from runs.command.command import Command, option, words

if TYPE_CHECKING:
    from runs.float32.checking.question import Question

DEVICES = ("cpu", "gpu")

RESULTS = Path("results")
"""Where checks of what is in no run lie."""


def check(
    what: str,
    program: str | None,
    peer: str | None,
    domain: Sequence[str] | None,
    workers: int | None,
    device: str,
    as_json: bool,
) -> int:
    """Checks a program of a run, its front, a known program, or a library's function on every input.

    Raises:
        ValueError: naming the argument, the rule and the cure.
    """
    from rich.console import Console

    from runs.command.tables import console
    from runs.float32.checking.check import check as run_check
    from runs.float32.checking.check import check_path
    from runs.float32.checking.view import result_table

    for folder, question in _questions(what, program, peer, domain, _device(device, peer)):
        result = run_check(question, check_path(folder, question), workers, Console(stderr=True))
        if as_json:
            sys.stdout.write(json.dumps({"question": question.to_dict(), **result.to_dict()}, allow_nan=False) + "\n")
        else:
            console().print(result_table(question.title, result))
    return 0


def _questions(
    what: str, program: str | None, peer: str | None, domain: Sequence[str] | None, device: Literal["cpu", "gpu"]
) -> Iterator[tuple[Path, Question]]:
    """Yields what is to be checked, each with the folder where its check lies."""
    from evaluators.float32_functions.targets import TARGETS
    from runs.float32.checking.question import of_peer, of_program
    from search_spaces.float32_functions.known_programs import KNOWN_PROGRAMS

    if peer:
        if what or program:
            raise ValueError(f"--peer {peer} is checked alone, without {what or program!r}")
        yield RESULTS, _narrowed(replace(of_peer(peer), device=device), domain)
    elif what in TARGETS and not Path(what).exists():
        if what not in KNOWN_PROGRAMS:
            known = ", ".join(KNOWN_PROGRAMS) or "none yet"
            raise ValueError(f"no program is known for {what}, only for: {known}; give a run: primordia check RUN")
        question = of_program(KNOWN_PROGRAMS[what].program, TARGETS[what])
        yield RESULTS, _narrowed(replace(question, device=device), domain)
    elif what:
        for question in _of_run(Path(what), program):
            yield Path(what), _narrowed(replace(question, device=device), domain)
    else:
        raise ValueError(f"check what? give a run, a function ({', '.join(TARGETS)}), or --peer numpy:exp")


def _of_run(path: Path, program: str | None) -> list[Question]:
    from runs.dispatch import open_run
    from runs.float32.checking.question import of_program
    from runs.float32.run import Float32Run

    run = open_run(path)
    if not isinstance(run, Float32Run):
        raise ValueError(f"{str(path)!r} is a search of another kind; check takes a run of machine programs")
    found = run.front if program is None else (run.program(program),)
    return [of_program(each.program, run.target) for each in found]


def _narrowed(question: Question, domain: Sequence[str] | None) -> Question:
    """Returns a question on a part of its domain."""
    from evaluators.float32_functions.targets import target

    if domain is None:
        return question
    try:
        lower, upper = (float(end) for end in domain)
    except ValueError:
        raise ValueError(f"a domain has two ends, such as -1,0.5, not {','.join(domain)!r}") from None
    return replace(question, target=target(question.target.name, lower, upper))


def _device(text: str, peer: str | None) -> Literal["cpu", "gpu"]:
    from runs.float32.checking.parallel import finds_gpu

    if text not in DEVICES:
        raise ValueError(f"--device must be one of {', '.join(DEVICES)}, not {text!r}")
    if text == "gpu" and peer and not peer.startswith("jnp:"):
        raise ValueError(f"--device gpu is for programs and for jnp; {peer} runs on the CPU, leave --device out")
    if text == "gpu" and not finds_gpu():
        raise ValueError("--device gpu: JAX finds no GPU on this machine; leave --device out")
    return cast('Literal["cpu", "gpu"]', text)


CHECK = Command(
    "check",
    "run a machine program, or a library's function, on every input there is",
    "primordia check results/float32-20261121-154312 best\n"
    "         primordia check exp2\n"
    "         primordia check --peer numpy:exp",
    (
        option(
            "what",
            "a run of machine programs, or a function of which a program is known, such as exp2",
            nargs="?",
            default="",
            metavar="RUN|FUNCTION",
        ),
        option("program", "a candidate's id, or best (default: all of the front)", nargs="?", metavar="PROGRAM"),
        option("--peer", "a library's function instead, such as numpy:exp", metavar="LIBRARY:FUNCTION"),
        option("--domain", "least and greatest input, such as -1,0.5 (default: that of the search)", type=words),
        option("--workers", "worker processes (default: one per core)", type=int),
        option("--device", "where JAX runs it: cpu (default) or gpu", default="cpu"),
        option("--json", "print the result as JSON", action="store_true", dest="as_json"),
    ),
    check,
)
"""The row of the command."""
