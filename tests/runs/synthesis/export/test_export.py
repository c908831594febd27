from pathlib import Path

import pytest

from runs.synthesis.export import check_languages, export_table, languages, suffix
from runs.synthesis.session import start
from tests.runs.synthesis.toy import toy_job


def test_the_languages_and_their_files() -> None:
    assert languages() == ("generator", "python")
    assert {suffix(language) for language in languages()} == {".py", "_generator.py"}
    with pytest.raises(ValueError, match=r"a table is not exported to 'pyton'; did you mean 'python'"):
        suffix("pyton")
    check_languages(languages())


def test_an_unknown_language_is_refused_before_anything_is_spent(inputs: Path) -> None:
    with pytest.raises(ValueError, match="a table is not exported to 'c'"):
        start(toy_job(inputs, export=["python", "c"]))
    assert not (inputs / "run").exists()


@pytest.mark.parametrize("language", languages())
def test_a_file_is_written_once_and_to_a_folder_that_is_there(inputs: Path, language: str) -> None:
    run = start(toy_job(inputs))
    path = export_table(run, language)
    assert path == run.path / f"synthetic{suffix(language)}"
    with pytest.raises(ValueError, match="exists and is not overwritten"):
        export_table(run, language)
    with pytest.raises(ValueError, match="does not exist; make it"):
        export_table(run, language, inputs / "none" / "module.py")
