"""The text of an exported module: its evidence and data, then the code of a module of this package."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

_MARK = "# what follows stands in every export\n"
_TIMEOUT_SECONDS = 1800


def module_text(header: Sequence[str], data: Mapping[str, str], body: str) -> str:
    """Returns a module.

    Args:
        header: lines of its docstring.
        data: constants as Python literals by their names.
        body: the module of this package whose code below the mark is copied.
    """
    source = files(__package__).joinpath(f"{body}.py").read_text(encoding="utf-8")
    imports, _, code = source.partition(_MARK)
    assert code, f"{body} has the mark"
    wanted = [line for line in imports.splitlines() if line.startswith(("import ", "from "))]
    constants = "\n".join(f"{name} = {value}" for name, value in data.items())
    docstring = "\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in header)
    return f'"""{docstring}\n"""\n\n' + "\n".join([*wanted, "", constants, code])


def execute(text: str, driver: str, beside: Sequence[Path], outputs: Sequence[str] = ()) -> dict[str, bytes]:
    """Executes a module's text in a fresh, isolated interpreter, where Primordia's own modules are not at hand.

    Args:
        text: of the module, which the driver knows as ``exported``.
        driver: statements that use it; they may write files in the current folder, and raise SystemExit with a text.
        beside: files that lie beside the module.
        outputs: names of files that the driver writes.

    Returns:
        the content of each output.

    Raises:
        ValueError: when it does not run; the message has the last line that it printed.
    """
    with tempfile.TemporaryDirectory(prefix="primordia-export-") as place:
        folder = Path(place)
        (folder / "exported.py").write_text(text, encoding="utf-8")
        for path in beside:
            (folder / path.name).symlink_to(path.resolve())
        command = [sys.executable, "-I", "-c", f"import sys\nsys.path.insert(0, {place!r})\nimport exported\n{driver}"]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, cwd=folder, check=False
        )
        if done.returncode != 0:
            cause = (done.stderr.strip() or "no message").splitlines()[-1]
            raise ValueError(f"the export does not run here: {cause}; nothing was written")
        return {name: (folder / name).read_bytes() for name in outputs}
