"""Disassembly: what was assembled is read back."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from evaluators.float32_functions.cost import disassembly
from evaluators.float32_functions.cost.disassembly import instructions

SOURCE = """
first:
    vmovups (%rcx,%rdx,4), %zmm10
    vfmadd213ps %zmm3, %zmm14, %zmm15
    vmovaps %zmm13, %zmm10{%k1}{z}
    ret
second:
    add $0x40, %rdx
    jne second
"""


@pytest.fixture
def object_file(tmp_path):
    if not shutil.which("as"):
        pytest.skip("no assembler is installed")
    source, target = tmp_path / "code.s", tmp_path / "code.o"
    source.write_text(SOURCE)
    done = subprocess.run(["as", "--64", "-o", str(target), str(source)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("the assembler is not one for x86-64")
    return target.read_bytes()


@pytest.mark.parametrize("name", ["objdump", "llvm-objdump"])
def test_what_was_assembled_is_read_back(object_file, name, monkeypatch):
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    monkeypatch.setattr(disassembly, "_DISASSEMBLERS", (name,))
    first, second = instructions(object_file)
    assert [i.name.removesuffix("q") for i in first] == ["vmovups", "vfmadd213ps", "vmovaps", "ret"]
    assert [i.operands.replace(" ", "") for i in first[:3]] == [
        "(%rcx,%rdx,4),%zmm10",
        "%zmm3,%zmm14,%zmm15",
        "%zmm13,%zmm10{%k1}{z}",
    ]
    assert second[1].name == "jne"
    assert int(second[1].operands.split()[0], 16) == second[0].address


def test_a_missing_disassembler_is_named(monkeypatch):
    monkeypatch.setattr(disassembly, "_DISASSEMBLERS", ("no-such-program",))
    with pytest.raises(ValueError, match="objdump, which is not installed; install binutils"):
        instructions(b"")


def test_a_broken_file_is_refused():
    try:
        disassembly.disassembler()
    except ValueError as error:
        pytest.skip(str(error))
    with pytest.raises(ValueError, match="cannot read what XLA compiled"):
        instructions(b"nothing that a linker knows")
