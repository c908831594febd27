"""The instructions of an object file of x86-64, as objdump reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"^\s*([0-9a-f]+):\s+(.*?)\s*$")
_FUNCTION = re.compile(r"^[0-9a-f]+ <.*>:$")
_PREFIXES = ("cs ", "ds ", "data16 ", "notrack ", "rep ")
_DISASSEMBLERS = ("objdump", "llvm-objdump")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction in the syntax of AT&T, the destination last.

    Attributes:
        address: in its function's section.
        name: the mnemonic.
        operands: as text; for a jump the address it goes to, in hexadecimal, first.
    """

    address: int
    name: str
    operands: str


def disassembler() -> str:
    """Returns the program that disassembles.

    Raises:
        ValueError: when none is installed.
    """
    for name in _DISASSEMBLERS:
        if shutil.which(name):
            return name
    raise ValueError("the static cost reads machine code with objdump, which is not installed; install binutils")


def instructions(object_file: bytes) -> list[list[Instruction]]:
    """Returns the instructions of each function of an object file, in order.

    Raises:
        ValueError: when there is no disassembler, or it cannot read the file.
    """
    with tempfile.NamedTemporaryFile(suffix=".o") as file:
        Path(file.name).write_bytes(object_file)
        command = [disassembler(), "-d", "--no-show-raw-insn", file.name]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise ValueError(f"{command[0]} cannot read what XLA compiled: {done.stderr.strip() or 'no message'}")
    return _functions(done.stdout)


def _functions(text: str) -> list[list[Instruction]]:
    functions: list[list[Instruction]] = []
    for line in text.splitlines():
        if _FUNCTION.match(line):
            functions.append([])
        elif functions and (match := _LINE.match(line)):
            functions[-1].append(_instruction(int(match[1], 16), match[2]))
    return functions


def _instruction(address: int, text: str) -> Instruction:
    text, _, _ = text.partition("#")  # a comment of the disassembler
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    name, _, operands = text.partition(" ") if "\t" not in text else text.partition("\t")
    return Instruction(address, name.strip(), operands.strip())
