import math

import pytest

from evaluators.norm_act_layers.protocols.quality import Quality
from evaluators.norm_act_layers.settings import QualityConfig

GUESSING = math.log(10)


def quality(**settings):
    return Quality(QualityConfig(**{"max_losses": ((10, 1.5), (20, 1.0)), **settings}), num_classes=10)


def test_the_last_losses_are_compared_with_the_bound_of_the_step():
    assert not quality().hopeless([9 * GUESSING] * 9)
    assert quality().hopeless([1.6 * GUESSING] * 10)
    assert not quality().hopeless([1.4 * GUESSING] * 10)
    assert not quality().hopeless([1.4 * GUESSING] * 19)
    assert quality().hopeless([1.1 * GUESSING] * 20)
    # of 25 losses the last ten count
    assert not quality().hopeless([9 * GUESSING] * 15 + [0.9 * GUESSING] * 10)


def test_after_the_last_step_the_accuracy_decides():
    assert quality(steps=30).over([9.0] * 30)
    assert not quality(steps=30).over([9.0] * 29)
    assert not quality(steps=30).hopeless([9 * GUESSING] * 30)
    assert [quality().passes(accuracy) for accuracy in (0.19, 0.2, math.nan)] == [False, True, False]


def test_without_bounds_all_make_all_steps():
    assert not quality(max_losses=()).hopeless([100.0] * 50)


def test_a_loss_that_is_not_a_number_is_hopeless():
    assert quality().hopeless([math.nan] * 10)


def test_the_default_bounds_let_a_slow_learner_go_on():
    # Mean losses of FRN-TLU on CIFAR-10, which reaches 23 %: the slowest of the published layers.
    slow = Quality(QualityConfig(), 10)
    assert not any(
        slow.hopeless([loss] * step) for step, loss in {10: 2.52, 20: 2.37, 30: 2.31, 50: 2.25, 90: 2.06}.items()
    )
    with pytest.raises(ValueError, match="falling"):
        QualityConfig(max_losses=((10, 1.0), (20, 1.5)))
