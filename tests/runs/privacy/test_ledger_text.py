import json
from pathlib import Path

import pytest

from runs.privacy import answers_file
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import GAUSSIAN, LEDGER_FILE, Mechanism, Release, read_ledger
from tests.runs.privacy.crashing import RHO, TERMS, ask, drawer


def test_a_ledger_cut_anywhere_is_made_whole_or_refused(tmp_path: Path) -> None:
    ask(tmp_path)
    path = tmp_path / LEDGER_FILE
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(0, len(whole), 7):
        path.write_bytes(whole[:cut])
        if cut < first:
            with pytest.raises(ValueError, match="does not say what they cost; restore the ledger"):
                Ledger(tmp_path, TERMS)
            path.write_bytes(whole)
        else:
            with Ledger(tmp_path, TERMS) as opened:
                assert sum("was torn" in note for note in opened.notes) == (whole[:cut][-1:] != b"\n")
                assert opened.text.spent == pytest.approx(2 * RHO)
            assert path.read_bytes() == whole


def test_a_torn_last_line_without_answers_is_dropped(tmp_path: Path) -> None:
    ask(tmp_path)
    path = tmp_path / LEDGER_FILE
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"id": "0-2", "what"')
    with Ledger(tmp_path, TERMS) as opened:
        assert opened.notes == ("the last line of the ledger was torn and was dropped; its answers had not been used",)
    assert path.read_bytes() == whole


def test_a_tampered_line_is_refused_and_stays(tmp_path: Path) -> None:
    ask(tmp_path)
    path = tmp_path / LEDGER_FILE
    whole = path.read_bytes()
    for number, line in enumerate(whole.splitlines(), 1):
        changed = whole.replace(line, line.replace(b'"rho": 0.0', b'"rho": 0.00'))
        assert changed != whole
        path.write_bytes(changed)
        with pytest.raises(ValueError, match=rf"line {number} of .* is broken or was altered"):
            Ledger(tmp_path, TERMS)
        assert path.read_bytes() == changed


def test_a_line_taken_out_or_moved_is_refused(tmp_path: Path) -> None:
    ask(tmp_path)
    path = tmp_path / LEDGER_FILE
    terms, first, second = path.read_bytes().splitlines(keepends=True)
    for changed in (terms + second, terms + second + first, terms + first + first):
        path.write_bytes(changed)
        with pytest.raises(ValueError, match=r"line [23] of .* is broken or was altered"):
            Ledger(tmp_path, TERMS)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    ask(tmp_path)
    path = tmp_path / LEDGER_FILE
    path.write_bytes(path.read_bytes().replace(b'"primordia.format": 1', b'"primordia.format": 2'))
    with pytest.raises(ValueError, match="has format 2, this Primordia reads up to format 1; update Primordia"):
        Ledger(tmp_path, TERMS)
    path.write_text("hello\nworld\n")
    with pytest.raises(ValueError, match="Primordia did not write it"):
        Ledger(tmp_path, TERMS)


def test_reading_a_ledger_needs_no_lock_and_says_all(tmp_path: Path) -> None:
    with Ledger(tmp_path, TERMS) as opened:
        opened.release("0-0", "it", RHO, drawer(tmp_path, "0-0"), Mechanism(GAUSSIAN, sigma=11.0, unit_changes=1))
        text = read_ledger(tmp_path / LEDGER_FILE)
        assert text == opened.text
    digest = answers_file.sha256((tmp_path / "answers/0-0.npz").read_bytes())
    assert text.releases == (Release("0-0", "it", RHO, Mechanism(GAUSSIAN, sigma=11.0, unit_changes=1), digest),)
    line = json.loads((tmp_path / LEDGER_FILE).read_bytes().splitlines()[1])
    assert {key: line[key] for key in ("id", "what", "mechanism", "sigma", "rho", "file", "sha256")} == {
        "id": "0-0", "what": "it", "mechanism": GAUSSIAN, "sigma": 11.0, "rho": RHO, "file": "answers/0-0.npz",
        "sha256": digest,
    }  # fmt: skip
    with pytest.raises(ValueError, match=r"other' is missing, so nothing is known of what was spent"):
        read_ledger(tmp_path / "other")
