from dataclasses import dataclass, field
from typing import Annotated

import pytest

from runs.job.schema import POSITIVE, one_of, read, to_data


@dataclass(frozen=True)
class Inner:
    count: Annotated[int, POSITIVE] = 3
    ratio: float = 0.5
    seed: int | None = None
    ends: tuple[str | int, ...] = ()
    colour: Annotated[str, one_of("red", "green")] = "red"
    loud: bool = False


@dataclass(frozen=True)
class Outer:
    inner: Inner = field(default_factory=Inner)


@dataclass(frozen=True)
class Needy:
    name: str


def test_values_of_every_type_are_read() -> None:
    data = {"inner": {"count": 7, "ratio": 2, "seed": 4, "ends": ["a", 1], "colour": "green", "loud": True}}
    inner = read(Outer, data, "job.toml").inner
    assert inner == Inner(7, 2.0, 4, ("a", 1), "green", True)
    assert isinstance(inner.ratio, float)


def test_missing_keys_take_their_defaults() -> None:
    assert read(Outer, {}, "job.toml") == Outer()


def test_to_data_inverts_read_and_leaves_none_out() -> None:
    outer = Outer(Inner(seed=None, ends=("a", 2)))
    data = to_data(outer)
    assert "seed" not in data["inner"]
    assert read(Outer, data, "job.toml") == outer


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"iner": {}}, "job.toml: has no section 'iner'; did you mean 'inner'?"),
        ({"inner": {"cuont": 3}}, "job.toml: [inner] has no key 'cuont'; did you mean 'count'?"),
        ({"inner": {"zzz": 3}}, "job.toml: [inner] has no key 'zzz'; known: count, ratio, seed, ends, colour, loud"),
        ({"inner": {"count": 0}}, "job.toml: [inner] count must be above 0, not 0"),
        ({"inner": {"count": 1.5}}, "job.toml: [inner] count must be a whole number, not 1.5"),
        ({"inner": {"count": True}}, "job.toml: [inner] count must be a whole number, not True"),
        ({"inner": {"ratio": float("nan")}}, "job.toml: [inner] ratio must be finite, not nan"),
        ({"inner": {"ratio": "half"}}, "job.toml: [inner] ratio must be a number, not 'half'"),
        ({"inner": {"seed": "x"}}, "job.toml: [inner] seed must be a whole number, not 'x'"),
        ({"inner": {"ends": "a,b"}}, "job.toml: [inner] ends must be a list, not 'a,b'"),
        ({"inner": {"ends": [[]]}}, "job.toml: [inner] ends, item 1, must be a text or a whole number, not []"),
        ({"inner": {"colour": "blue"}}, "job.toml: [inner] colour must be one of red, green, not 'blue'"),
        ({"inner": 3}, "job.toml: [inner] must be a section of keys, not 3"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(data: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        read(Outer, data, "job.toml")
    assert str(caught.value) == message


def test_a_key_without_default_is_required() -> None:
    with pytest.raises(ValueError, match="lacks the key 'name'"):
        read(Needy, {}, "job.toml")
