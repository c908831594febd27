import subprocess
import sys

import pytest

from evaluators.norm_act_layers.fit import check
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from tests.evaluators.norm_act_layers.small_images import noise


def test_a_batch_larger_than_the_data_is_refused():
    check(noise(train=16), AnchorsConfig(), Recipe(batch_size=16))
    with pytest.raises(
        ValueError, match=r"at most the number of training images, 16, not 17; lower it: batch_size in \[recipe\]"
    ):
        check(noise(train=16), AnchorsConfig(), Recipe(batch_size=17))


def test_crops_larger_than_the_images_are_refused():
    check(noise(size=4), AnchorsConfig(image_size=4), Recipe(batch_size=8))
    with pytest.raises(ValueError, match="for images of 5x5 cannot crop them from 4x4; lower its image_size"):
        check(noise(size=4), AnchorsConfig(image_size=5), Recipe(batch_size=8))


def test_a_driver_can_check_without_jax():
    code = (
        "import sys; import evaluators.norm_act_layers.fit, evaluators.norm_act_layers.images_file, "
        "evaluators.norm_act_layers.objectives; sys.exit('jax' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
