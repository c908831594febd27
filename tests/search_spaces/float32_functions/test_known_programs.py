"""The file of known programs: what is written is read, and what it says of its programs is so."""

from __future__ import annotations

import math

import pytest

from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.known_programs import (
    KNOWN_PROGRAMS,
    Evidence,
    KnownProgram,
    read_known_programs,
    write_known_programs,
)


def known(function):
    build = Builder()
    program = build.program(build("fma", build.x, build.free(0.1), build("number", 1065353216)))
    evidence = Evidence(
        0.75, math.inf, 0.25, 0.875, 3, True, 2**32, -math.inf, math.inf, "flushed", "2026-11-22", "primordia search",
        {"jax": "0.10.2"},
    )  # fmt: skip
    return KnownProgram(function, program, evidence)


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "known.toml"
    write_known_programs([known("tanh"), known("exp")], path)
    assert dict(read_known_programs(path)) == {"exp": known("exp"), "tanh": known("tanh")}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("format_version = 2", "format_version must be 1, not 2"),
        ("programs = 3", "format_version"),
        ('format_version = 1\n[[programs]]\nfunction = "exp"\nprogram = "x"', "not an encoded program"),
        ("format_version = ", "Invalid value"),
    ],
)
def test_a_broken_file_is_refused_by_its_name(tmp_path, text, part):
    path = tmp_path / "known.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"known\.toml") as refused:
        read_known_programs(path)
    assert part in str(refused.value)


def test_known_programs_err_by_less_than_one_ulp():
    for function, found in KNOWN_PROGRAMS.items():
        assert found.function == function
        assert found.program.format == "float32"
        assert 0.5 <= found.evidence.max_ulp < 1
        assert found.evidence.specials_right
