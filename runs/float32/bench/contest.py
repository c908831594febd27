"""The bench itself: functions one after another, each with all contenders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from evaluators.float32_functions.cost.measured import OURS, MeasureConfig, Measured, measure
from evaluators.float32_functions.peers.peer import peer
from evaluators.float32_functions.targets import TARGETS, target
from runs.float32.bench.errors import HOW, LargestError, checked, surveyed
from runs.float32.bench.row import REFERENCE, Row
from runs.float32.checking.question import Question, of_peer, of_program
from search_spaces.float32_functions.known_programs import KNOWN_PROGRAMS
from search_spaces.float32_functions.typed_program import TypedProgram

FUNCTIONS = tuple(TARGETS)


@dataclass(frozen=True, slots=True)
class Contest:
    """What is benched.

    Attributes:
        functions: names of targets.
        peers: of :data:`evaluators.float32_functions.peers.PEERS`; jnp is among them always.
        config: how times are measured.
        errors: on what errors are found, of :data:`runs.float32.bench.errors.HOW`.
    """

    functions: tuple[str, ...] = FUNCTIONS
    peers: tuple[str, ...] = ("jnp", "numpy", "torch", "sleef", "libmvec")
    config: MeasureConfig = field(default_factory=lambda: MeasureConfig((256, 512)))
    errors: str = "survey"

    def __post_init__(self) -> None:
        for function in self.functions:
            if function not in FUNCTIONS:
                raise ValueError(f"--functions must be of {', '.join(FUNCTIONS)}, not {function!r}")
        if not self.functions:
            raise ValueError("--functions must name one function or more, not none")
        for name in self.peers:
            peer(name)
        if REFERENCE not in self.peers:
            raise ValueError(f"--peers must have {REFERENCE} among them, not only {', '.join(self.peers)}")
        if self.errors not in HOW:
            raise ValueError(f"--errors must be one of {', '.join(HOW)}, not {self.errors!r}")

    @property
    def programs(self) -> dict[str, TypedProgram]:
        """The known programs that take part, by their function."""
        return {name: KNOWN_PROGRAMS[name].program for name in self.functions if name in KNOWN_PROGRAMS}

    def rows(self) -> Iterator[Row]:
        """Benches, and yields each function's figures as soon as they are there."""
        for measured in measure(self.programs, self.functions, self.peers, self.config):
            yield Row(measured, self.config.widths, self._errors(measured))

    def _errors(self, measured: Measured) -> dict[str, LargestError]:
        if self.errors == "none":
            return {}
        find = checked if self.errors == "all" else surveyed
        names = dict.fromkeys(name for name, _ in measured.seconds)
        return {name: find(self._question(measured.function, name)) for name in names}

    def _question(self, function: str, name: str) -> Question:
        if name == OURS:
            return of_program(self.programs[function], target(function))
        return of_peer(f"{name}:{function}")
