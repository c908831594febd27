from typing import Any

import pytest

from runs.privacy import libraries
from runs.privacy.libraries import library


@pytest.mark.parametrize("module", ["opendp.measurements", "dp_accounting.rdp"])
def test_a_missing_library_is_named_with_its_cure(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name.split(".")[0])

    monkeypatch.setattr(libraries.importlib, "import_module", missing)
    name = module.split(".")[0]
    with pytest.raises(ValueError, match=rf"needs {name}, .* not installed; run pip install 'primordia\[privacy\]'"):
        library(module)


def test_a_library_that_lacks_its_own_needs_is_not_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> Any:
        raise ModuleNotFoundError("No module named 'scipy'", name="scipy")

    monkeypatch.setattr(libraries.importlib, "import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="scipy"):
        library("dp_accounting.rdp")
