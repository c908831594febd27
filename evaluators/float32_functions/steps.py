"""Steps the wrong way: neighbouring inputs between which a function falls where the exact one rises, or vice versa."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluators.float32_functions.reference import REFERENCES, Doubles
from evaluators.float32_functions.targets import MachineTarget


def wrong_steps(target: MachineTarget, got: Doubles, exact: Doubles) -> NDArray[np.intp]:
    """Returns the places of the values after steps the wrong way; the first value follows none.

    Args:
        target: the function.
        got: values of the program at ascending inputs; NaN steps nowhere.
        exact: the exact values there. Where the function turns, they tell which way it goes, unless it hardly moves.
    """
    falls = got[1:] < got[:-1]
    if target.direction:
        return np.flatnonzero(falls) + 1
    rises = got[1:] > got[:-1]
    wrong = np.flatnonzero((falls & (exact[1:] > exact[:-1])) | (rises & (exact[1:] < exact[:-1])))
    margin = 4 * REFERENCES[target.name].accuracy * np.abs(exact[wrong])
    moves: NDArray[np.bool_] = np.abs(exact[wrong + 1] - exact[wrong]) > margin
    return wrong[moves] + 1
