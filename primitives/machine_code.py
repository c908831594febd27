"""Templates of machine operations in the languages that programs are exported to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from primitives.machine_primitive import LANGUAGES


def code(*templates: str) -> Mapping[str, str]:
    """Returns a template per language, in the order of :data:`LANGUAGES`."""
    return MappingProxyType(dict(zip(LANGUAGES, templates, strict=True)))


def same(template: str) -> Mapping[str, str]:
    """Returns one template for all languages."""
    return MappingProxyType(dict.fromkeys(LANGUAGES, template))


def choice(condition: str, then: str, otherwise: str) -> Mapping[str, str]:
    """Returns the templates of a choice between two values."""
    arguments = f"({condition}, {then}, {otherwise})"
    return code(
        "jnp.where" + arguments,
        "np.where" + arguments,
        "torch.where" + arguments,
        f"{condition} ? {then} : {otherwise}",
        "tl.where" + arguments,
    )


def wrapping(operator: str) -> Mapping[str, str]:
    """Returns an operation on integers that wrap, which signed ones of C do not."""
    template = f"{{0}} {operator} {{1}}"
    unsigned = f"({{int}}_t)((u{{int}}_t){{0}} {operator} (u{{int}}_t){{1}})"
    return MappingProxyType({**same(template), "c": unsigned})


BITS = code(
    "lax.bitcast_convert_type({0}, jnp.{int})",
    "{0}.view(np.{int})",
    "{0}.view(torch.{int})",
    "bits_of({0})",
    "{0}.to(tl.{int}, bitcast=True)",
)
NUMBER = code(
    "lax.bitcast_convert_type({0}, jnp.{float})",
    "{0}.view(np.{float})",
    "{0}.view(torch.{float})",
    "number_of({0})",
    "{0}.to(tl.{float}, bitcast=True)",
)
