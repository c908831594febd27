import time

import pytest

from evaluators.float32_functions.stages import RejectionError, Stages
from tests.evaluators.float32_functions.typed_programs import exp2_program


def test_the_time_of_a_stage_adds_up_and_is_kept_when_it_fails() -> None:
    stages = Stages(exp2_program())
    with stages.timed("sample"):
        time.sleep(0.002)
    first = stages.seconds["sample"]
    with pytest.raises(RejectionError, match=r"sample: 3\.5"), stages.timed("sample"):
        time.sleep(0.002)
        raise RejectionError("sample", 3.5)
    assert first >= 0.002
    assert stages.seconds["sample"] >= first + 0.002


def test_a_rejection_names_its_protocol_and_its_figure() -> None:
    rejection = RejectionError("dense", 1.25)
    assert (rejection.protocol, rejection.figure) == ("dense", 1.25)
