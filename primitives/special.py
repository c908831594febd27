"""Special functions under each array namespace, none of which has them all."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import Any

_MODULES = MappingProxyType({"numpy": "scipy.special", "jax.numpy": "jax.scipy.special", "torch": "torch.special"})


def special(xp: Any) -> Any:
    """Returns the module that has ``erf`` and ``expit`` for the arrays of a namespace, imported when first asked for.

    Args:
        xp: ``numpy``, ``jax.numpy`` or ``torch``.
    """
    return import_module(_MODULES[xp.__name__])
