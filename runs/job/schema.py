"""Plain data to frozen dataclasses and back: names, types and rules come from the dataclass's own fields."""

from __future__ import annotations

import difflib
import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

_NAMES: Mapping[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Mapping: "a table of keys",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition on a field's value, attached to its type with ``Annotated``.

    Attributes:
        text: completes the sentence "minutes must be ...".
        holds: whether a value of the field's type obeys the rule.
    """

    text: str
    holds: Callable[[Any], bool]


POSITIVE = Rule("above 0", lambda value: value > 0)
NOT_NEGATIVE = Rule("0 or more", lambda value: value >= 0)


def one_of(*choices: str) -> Rule:
    """Returns the rule that a text is one of the choices."""
    return Rule(f"one of {', '.join(filter(None, choices))}", lambda value: value in choices)


def nearest(name: str, known: list[str]) -> str:
    """Returns ``did you mean ...?`` for a misspelt name, or the list of known ones when none is near."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"


def read(cls: type[T], data: Mapping[str, Any], source: str, section: str = "") -> T:
    """Builds a dataclass from a mapping, section by section.

    Args:
        cls: the dataclass; a field whose type is a dataclass is a section, ``Annotated`` types carry rules.
        data: as read from TOML or JSON; a missing key takes the field's default.
        source: what the data came from (a file), named in errors.
        section: the dotted name of this section; empty at the top.

    Raises:
        ValueError: naming source, section, key, rule and value for an unknown or missing key, a wrong type or a
            broken rule, be it the field's or the dataclass's own.
    """
    where = f"{source}: [{section}]" if section else f"{source}:"
    if not isinstance(data, Mapping):
        raise ValueError(f"{where} must be a section of keys, not {data!r}")
    hints = get_type_hints(cls, include_extras=True)
    for key in data:
        if key not in hints:
            kind = "key" if section else "section"
            raise ValueError(f"{where} has no {kind} {key!r}; {nearest(key, list(hints))}")
    values = {}
    for field in fields(cast(Any, cls)):
        if field.name in data:
            inner = f"{section}.{field.name}" if section else field.name
            if is_dataclass(hints[field.name]):
                values[field.name] = read(cast(Any, hints[field.name]), data[field.name], source, inner)
            else:
                values[field.name] = _value(hints[field.name], data[field.name], f"{where} {field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{where} lacks the key {field.name!r}")
    try:
        return cls(**values)
    except ValueError as error:
        raise ValueError(f"{where} {error}") from None


def _value(hint: Any, value: Any, where: str) -> Any:
    """Returns a value as its field's type: a scalar, a table, a tuple of them, a union or any of these with rules."""
    origin = get_origin(hint)
    if origin is Mapping:
        return _scalar(Mapping, value, where)
    if origin is Annotated:
        base, *rules = get_args(hint)
        checked = _value(base, value, where)
        for rule in rules:
            if isinstance(rule, Rule) and not rule.holds(checked):
                raise ValueError(f"{where} must be {rule.text}, not {value!r}")
        return checked
    if origin in (Union, types.UnionType):
        return _union(hint, value, where)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{where} must be a list, not {value!r}")
        return tuple(_value(get_args(hint)[0], item, f"{where}, item {i},") for i, item in enumerate(value, 1))
    return _scalar(hint, value, where)


def _union(hint: Any, value: Any, where: str) -> Any:
    members = [member for member in get_args(hint) if member is not type(None)]
    failures = []
    for member in members:
        try:
            return _value(member, value, where)
        except ValueError as error:
            failures.append(error)
    if len(failures) == 1:
        raise failures[0]
    names = [_NAMES.get(get_origin(member) or member, str(member)) for member in members]
    raise ValueError(f"{where} must be {' or '.join(names)}, not {value!r}")


def _scalar(hint: type, value: Any, where: str) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    # bool is a subclass of int, yet `islands = true` is a mistake
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ValueError(f"{where} must be {_NAMES.get(hint, hint.__name__)}, not {value!r}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{where} must be finite, not {value!r}")
    return value


def to_data(value: Any) -> Any:
    """Returns a dataclass tree as nested dicts and lists, leaving out what is None, since TOML has no null."""
    if is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: to_data(inner) for name, inner in pairs if inner is not None}
    return [to_data(item) for item in value] if isinstance(value, tuple) else value
