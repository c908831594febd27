import pytest

from evaluators.norm_act_layers.networks import NetworkConfig
from tests.evaluators.norm_act_layers.networks.parity import check_against, parameter_count

TORCHVISION_EFFICIENTNET_B0 = 5_288_548
"""Published with torchvision, for 1,000 classes."""


def test_its_parameters_at_full_scale_are_those_of_efficientnet_b0():
    assert parameter_count(NetworkConfig("efficientnet", 32, 1.0, 32, 3, 1000)) == TORCHVISION_EFFICIENTNET_B0


def test_it_equals_a_torch_network_written_after_the_paper():
    pytest.importorskip("torch", reason="needs PyTorch")
    from tests.evaluators.norm_act_layers.networks.torch_networks import InvertedResiduals

    rows = [
        (1, 8, 1, 1, 3),
        (6, 8, 1, 1, 3),
        (6, 16, 1, 2, 5),
        (6, 24, 1, 2, 3),
        (6, 32, 1, 1, 5),
        (6, 48, 2, 2, 5),
        (6, 80, 1, 1, 3),
    ]
    config = NetworkConfig("efficientnet", 8, 1 / 3, 10, 3, 5)
    check_against(lambda: InvertedResiduals(rows, 8, 320, 3, 5, squeeze=True), config)
