import numpy as np
import pytest
from scipy.stats import chisquare

from evaluators.synthetic_data.alphabet import Alphabet, alphabet


def _random_alphabet(seed: int) -> tuple[Alphabet, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    features = [rng.integers(0, 3, 12).astype(np.int32), rng.integers(0, 2, (12, 2)).astype(np.int32)]
    return alphabet(12, features), features


@pytest.mark.parametrize("seed", range(5))
def test_codes_share_a_letter_exactly_when_all_features_are_equal(seed: int) -> None:
    letters, features = _random_alphabet(seed)
    for i in range(12):
        for j in range(12):
            alike = all(np.array_equal(feature[i], feature[j]) for feature in features)
            assert (letters.letter_of[i] == letters.letter_of[j]) == alike
    assert letters.size == len(np.unique(letters.letter_of)) == letters.letter_of.max() + 1


def test_members_are_the_codes_letter_by_letter() -> None:
    letters, _ = _random_alphabet(0)
    for letter in range(letters.size):
        members = letters.members[letters.starts[letter] : letters.starts[letter + 1]]
        assert members.tolist() == np.flatnonzero(letters.letter_of == letter).tolist()
        assert letters.multiplicities[letter] == len(members)
        assert letters.representatives[letter] in members


def test_a_column_that_nothing_asks_about_has_one_letter() -> None:
    letters = alphabet(7, [])
    assert letters.size == 1
    assert letters.multiplicities.tolist() == [7]


def test_codes_of_the_letter_stay_and_others_are_drawn_uniformly() -> None:
    letters = alphabet(6, [np.array([0, 0, 0, 1, 1, 1], np.int32)])
    codes = np.resize(np.arange(6, dtype=np.int32), 12_000)
    wanted = np.zeros(12_000, np.int32)
    drawn = letters.redrawn(codes, wanted, np.random.default_rng(0))
    stayed = codes < 3
    assert (drawn[stayed] == codes[stayed]).all()
    assert chisquare(np.bincount(drawn[~stayed], minlength=3)).pvalue > 1e-3


def test_permuting_keeps_every_code_and_moves_no_more_than_it_must() -> None:
    rng = np.random.default_rng(3)
    letters = alphabet(40, [np.arange(40, dtype=np.int32) // 8])
    codes = rng.permutation(40).astype(np.int32)
    wanted = letters.letter_of[codes].copy()
    some = rng.choice(40, 12, replace=False)
    wanted[some] = rng.permutation(wanted[some])
    after = letters.permuted(codes, wanted)
    assert sorted(after.tolist()) == sorted(codes.tolist())
    assert (letters.letter_of[after] == wanted).all()
    fitted = letters.letter_of[codes] == wanted
    assert (after[fitted] == codes[fitted]).all()
    assert not fitted.all()
