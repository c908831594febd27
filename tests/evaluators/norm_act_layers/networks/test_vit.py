import pytest

from evaluators.norm_act_layers.networks import NetworkConfig
from evaluators.norm_act_layers.networks.network import listing
from evaluators.norm_act_layers.networks.vit import patch_size
from tests.evaluators.norm_act_layers.networks.parity import check_against


def test_it_equals_a_torch_network_with_torchs_attention():
    pytest.importorskip("torch", reason="needs PyTorch")
    from tests.evaluators.norm_act_layers.networks.torch_networks import VisionTransformer

    config = NetworkConfig("vit", 2, 1 / 6, 8, 3, 5)
    check_against(lambda: VisionTransformer(2, 12, 3, 8, 2, 3, 5), config, "ln_gelu")


@pytest.mark.parametrize(("image_size", "patch"), [(8, 2), (16, 4), (24, 4), (28, 4), (32, 4), (17, 1), (3, 1), (9, 1)])
def test_patches_divide_the_image_into_four_by_four_or_more(image_size, patch):
    assert patch_size(image_size) == patch


def test_at_width_32_tokens_have_the_192_channels_of_vit_ti():
    parts = listing(NetworkConfig("vit", 32, 1.0, 32))
    assert parts.places["final"] == 192
    assert parts.weights["positions"].shape == (64, 192)
    assert len(parts.places) == 3 * 12 + 1
