"""Runs an exported PyTorch module on given arrays; imports nothing of Primordia."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch


def main(language: str, exported: Any, member: str, names: Mapping[str, str], inputs: str, outputs: str) -> None:
    """Runs a module on the arrays of one file and writes what it gives to another."""
    with np.load(inputs, allow_pickle=False) as arrays:
        np.savez(outputs, **run(language, exported, member, names, dict(arrays)))


def run(
    language: str, exported: Any, member: str, names: Mapping[str, str], arrays: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns outputs, gradients and running statistics, in training and at inference.

    Args:
        language: ``torch``.
        exported: the module.
        member: the name of the class in it.
        names: its names of parameters and running statistics by the evaluator's.
        arrays: batches of shape (steps, batch, ...space..., channels) and weights of the outputs by case, parameters
            and running values. The module gets the channels as the second axis where the case ends in ``first``.
    """
    assert language == "torch"
    groups = ("parameters/", "state/")
    given = {
        names[key.partition("/")[2]]: torch.from_numpy(value) for key, value in arrays.items() if key.startswith(groups)
    }
    results: dict[str, Any] = {}
    for case in dict.fromkeys(key.partition("/")[0] for key in arrays if key.endswith("/x")):
        batches, weights = (torch.from_numpy(arrays[f"{case}/{what}"]) for what in ("x", "weights"))
        is_last = not case.endswith("first")
        module = getattr(exported, member)(batches.shape[-1], channels_last=is_last, dtype=torch.float64)
        results |= {f"initial/{key}": module.state_dict()[name].numpy().copy() for key, name in names.items()}
        module.load_state_dict(given)
        found = _outcome(module, {name: key for key, name in names.items()}, batches, weights)
        results |= {f"{case}/{key}": value.detach().numpy() for key, value in found.items()}
    return results


def _outcome(module: Any, keys: Mapping[str, str], batches: Any, weights: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, batch in enumerate(batches):
        mode = "train" if number < len(batches) - 1 else "infer"
        module.train(mode == "train")
        module.zero_grad()
        x = batch.clone().requires_grad_()
        y = module(x) if module.channels_last else module(x.movedim(-1, 1)).movedim(1, -1)
        (weights * y).sum().backward()
        leaves = {"x": x, **{keys[name]: value for name, value in module.named_parameters()}}
        # What has no influence has no gradient.
        gradients = {key: torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for key, leaf in leaves.items()}
        found |= {f"{mode}/y": y, **{f"{mode}/gradient/{key}": value for key, value in gradients.items()}}
        found |= {f"{mode}/state/{keys[name]}": value.clone() for name, value in module.named_buffers()}
    return found
