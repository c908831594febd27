"""The execution of an exported module in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from runs.export.python_module import WITHOUT_PRIMORDIA

Arrays: TypeAlias = dict[str, NDArray[np.float64]]

_TIMEOUT_SECONDS = 600

_BOOTSTRAP = """
import importlib.util, json, sys

def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

language, driver, source, member, names, inputs, outputs = sys.argv[1:]
load("driver", driver).main(language, load("exported", source), member, json.loads(names), inputs, outputs)
"""


def execute(language: str, source: str, member: str, names: Mapping[str, str], inputs: Arrays) -> Arrays:
    """Executes a module in a fresh, isolated interpreter, where Primordia's own modules are not at hand.

    Args:
        language: ``jax``, ``flax``, ``keras`` or ``torch``.
        source: the module's text.
        member: the class or function in it.
        names: its names of parameters and running statistics by the evaluator's.
        inputs: what the driver takes.

    Returns:
        what the driver gives.

    Raises:
        ValueError: when the module does not run; the message has the last line it printed.
    """
    driver = Path(__file__).with_name("drivers") / ("torch_driver.py" if language == "torch" else "jax_driver.py")
    with tempfile.TemporaryDirectory(prefix="primordia-export-") as place:
        folder = Path(place)
        (folder / "exported.py").write_text(source, encoding="utf-8")
        np.savez(folder / "inputs.npz", **inputs)  # type: ignore[arg-type] # its stubs take names for allow_pickle
        arguments = [language, str(driver), "exported.py", member, json.dumps(names), "inputs.npz", "outputs.npz"]
        command = [sys.executable, "-I", "-c", WITHOUT_PRIMORDIA + _BOOTSTRAP, *arguments]
        environment = os.environ | {"JAX_PLATFORMS": "cpu", "KERAS_BACKEND": "jax"}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, env=environment, cwd=folder, check=False
        )
        if done.returncode != 0:
            cause = (done.stderr.strip() or "no message").splitlines()[-1]
            raise ValueError(f"the {language} export does not run here: {cause}; nothing was written")
        with np.load(folder / "outputs.npz", allow_pickle=False) as outputs:
            return dict(outputs)
