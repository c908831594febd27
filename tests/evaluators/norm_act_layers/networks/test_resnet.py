import pytest

from evaluators.norm_act_layers.networks import NetworkConfig
from evaluators.norm_act_layers.networks.network import listing
from tests.evaluators.norm_act_layers.networks.parity import check_against, parameter_count

KERAS_RESNET50V2 = 25_613_800
"""Published with Keras: with running statistics, a 7x7 stem, biases in stem, projections and last convolutions."""


def test_its_parameters_at_full_scale_are_those_of_resnet50_v2():
    ours = parameter_count(NetworkConfig("resnet", 64, 1.0, 32, 3, 1000))
    stem = (7 * 7 - 3 * 3) * 3 * 64
    blocks = {256: 3, 512: 4, 1024: 6, 2048: 3}
    biases = 64 + sum(channels * (repeats + 1) for channels, repeats in blocks.items())
    statistics = 2 * sum(listing(NetworkConfig("resnet", 64, 1.0, 32, 3, 1000)).places.values())
    assert ours + stem + biases + statistics == KERAS_RESNET50V2


def test_it_equals_a_torch_network_written_after_the_paper():
    pytest.importorskip("torch", reason="needs PyTorch")
    from tests.evaluators.norm_act_layers.networks.torch_networks import PreActivationResNet

    config = NetworkConfig("resnet", 4, 1 / 3, 10, 3, 5)
    check_against(lambda: PreActivationResNet((1, 2, 2, 1), 4, 3, 5), config)


def test_the_layer_stands_at_49_places_of_the_whole_network():
    places = listing(NetworkConfig("resnet", 16, 1.0)).places
    assert len(places) == 3 * (3 + 4 + 6 + 3) + 1
    assert places["stage1.block0.layer1"] == 16
    assert places["final"] == 16 * 8 * 4
