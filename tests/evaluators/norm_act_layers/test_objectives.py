from evaluators.norm_act_layers.objectives import objectives
from evaluators.norm_act_layers.settings import AnchorsConfig


def test_the_error_in_each_network_is_an_objective():
    assert [row.name for row in objectives(AnchorsConfig(("vit", "resnet")))] == ["error_vit", "error_resnet"]
    assert all(row.unit == "1" and not row.log_scale for row in objectives(AnchorsConfig()))


def test_the_optional_ones_come_last():
    switched_on = AnchorsConfig(("resnet",), small_batch=4, train_eval_gap=True)
    assert [row.name for row in objectives(switched_on)] == ["error_resnet", "error_batch_4", "train_eval_gap"]
