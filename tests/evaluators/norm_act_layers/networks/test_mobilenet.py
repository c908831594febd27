import pytest

from evaluators.norm_act_layers.networks import NetworkConfig
from evaluators.norm_act_layers.networks.mobilenet import divisible
from evaluators.norm_act_layers.networks.network import listing
from tests.evaluators.norm_act_layers.networks.parity import check_against, parameter_count

TORCHVISION_MOBILENET_V2 = 3_504_872
"""Published with torchvision, for 1,000 classes."""


def test_its_parameters_at_full_scale_are_those_of_mobilenet_v2():
    assert parameter_count(NetworkConfig("mobilenet", 32, 1.0, 32, 3, 1000)) == TORCHVISION_MOBILENET_V2


def test_it_equals_a_torch_network_written_after_the_paper():
    pytest.importorskip("torch", reason="needs PyTorch")
    from tests.evaluators.norm_act_layers.networks.torch_networks import InvertedResiduals

    rows = [
        (1, 8, 1, 1, 3),
        (6, 8, 1, 1, 3),
        (6, 8, 1, 2, 3),
        (6, 16, 2, 2, 3),
        (6, 24, 1, 1, 3),
        (6, 40, 1, 2, 3),
        (6, 80, 1, 1, 3),
    ]
    config = NetworkConfig("mobilenet", 8, 1 / 3, 10, 3, 5)
    check_against(lambda: InvertedResiduals(rows, 8, 320, 3, 5, squeeze=False), config)


@pytest.mark.parametrize(("channels", "rounded"), [(4, 8), (6, 8), (12, 16), (11, 16), (16, 16), (28, 32), (80, 80)])
def test_channels_are_multiples_of_eight_and_at_most_a_tenth_fewer(channels, rounded):
    assert divisible(channels) == rounded


def test_a_bottleneck_is_linear_so_that_the_layer_stands_at_two_places_of_a_block():
    places = listing(NetworkConfig("mobilenet", 16, 1.0)).places
    assert len(places) == 2 * 17 - 1 + 2
    assert not [name for name in places if "project" in name]
