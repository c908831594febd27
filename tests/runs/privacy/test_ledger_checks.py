from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from runs.privacy.budget import Budget
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import GAUSSIAN, LEDGER_FILE, Mechanism, Terms, read_ledger
from tests.runs.privacy.crashing import RHO, TERMS, ask, drawer


def _never() -> NoReturn:
    raise AssertionError("the private data was asked")


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (replace(TERMS, data="other"), "is a ledger of another data set, of other rows or of another order"),
        (replace(TERMS, schema="other"), "is a ledger of another schema; give that one, or start in a new folder"),
        (replace(TERMS, neighbours="replace"), "is a ledger for neighbours by add_remove, not by replace"),
        (
            replace(TERMS, budget=Budget(2.0, 1e-9, 0.05)),
            "is a ledger for epsilon 1.0, delta 1e-09 by zcdp, not for epsilon 2.0, delta 1e-09 by zcdp",
        ),
    ],
)
def test_other_terms_are_refused(other: Terms, message: str, tmp_path: Path) -> None:
    ask(tmp_path)
    with pytest.raises(ValueError, match=message):
        Ledger(tmp_path, other)
    assert read_ledger(tmp_path / LEDGER_FILE).terms == TERMS


def test_the_budget_of_the_ledger_counts_not_its_recomputation(tmp_path: Path) -> None:
    ask(tmp_path)
    generous = replace(TERMS, budget=replace(TERMS.budget, rho=5.0))
    with Ledger(tmp_path, generous) as opened, pytest.raises(ValueError, match=r"of the budget's 0\.01 0\.002 is left"):
        opened.release("1-0", "more", 0.003, _never)


def test_over_budget_nothing_is_asked_and_what_is_left_can_be_spent(tmp_path: Path) -> None:
    ask(tmp_path)
    with Ledger(tmp_path, TERMS) as opened:
        with pytest.raises(ValueError, match=r"more would cost rho = 0\.0021, of the budget's 0\.01 0\.002 is left"):
            opened.release("1-0", "more", 0.0021, _never)
        assert len(opened.release("1-0", "the rest", opened.text.left, drawer(tmp_path, "1-0"))) == 4
        assert opened.text.left == 0
        with pytest.raises(ValueError, match="0 is left"):
            opened.release("1-1", "a crumb", 1e-9, _never)


@pytest.mark.parametrize("rho", [0.0, -0.001, float("nan"), float("inf")])
def test_costs_that_are_none_are_refused(rho: float, tmp_path: Path) -> None:
    with (
        Ledger(tmp_path, TERMS) as opened,
        pytest.raises(ValueError, match="the cost of it must be above 0 and finite"),
    ):
        opened.release("0-0", "it", rho, _never)


@pytest.mark.parametrize("release_id", ["", "../0", "a/b", ".hidden", "a b", "x" * 65])
def test_ids_that_make_no_file_name_are_refused(release_id: str, tmp_path: Path) -> None:
    with Ledger(tmp_path, TERMS) as opened, pytest.raises(ValueError, match="the id of a release is made of letters"):
        opened.release(release_id, "it", RHO, _never)


def test_an_id_stands_for_one_question(tmp_path: Path) -> None:
    ask(tmp_path)
    with Ledger(tmp_path, TERMS) as opened:
        with pytest.raises(
            ValueError, match=r"release 0-0 of the ledger is 'question 0-0' at rho = 0\.004, not 'other'"
        ):
            opened.release("0-0", "other", RHO, _never)
        with pytest.raises(ValueError, match=r"at rho = 0\.004, not 'question 0-0' at rho = 0\.001"):
            opened.release("0-0", "question 0-0", 0.001, _never)


def test_one_shot_accounting_pays_for_what_it_certifies_only(tmp_path: Path) -> None:
    sigma, units = 7.0, 3
    budget = Budget(1.0, 1e-9, units / (2 * sigma**2), "pld", sigma, units)
    one, cells = 1 / (2 * sigma**2), Mechanism(GAUSSIAN, sigma=sigma, unit_changes=1)
    with Ledger(tmp_path, replace(TERMS, budget=budget)) as opened:
        for i, (rho, mechanism) in enumerate(
            [
                (one, Mechanism()),
                (one, Mechanism("exponential", epsilon=0.1)),
                (one, replace(cells, sigma=7.5)),
                (one, replace(cells, unit_changes=None)),
            ]
        ):
            with pytest.raises(ValueError, match=r"all measured with discrete Gaussian noise of 7\.0 rows; it is not"):
                opened.release(f"0-{i}", "it", rho, _never, mechanism)
        with pytest.raises(ValueError, match=r"it changes 1 answers by 1 .*, which does not cost rho"):
            opened.release("0-4", "it", 2 * one, _never, cells)
        for i in range(units):
            opened.release(f"1-{i}", "it", one, drawer(tmp_path, f"1-{i}"), cells)
        with pytest.raises(ValueError, match="0 is left"):
            opened.release("1-3", "it", one, _never, cells)
