import pytest

from evaluators.norm_act_layers.recipe import Recipe


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": 0}, "steps must be at least 1, not 0"),
        ({"batch_size": 0}, "batch_size must be at least 1, not 0"),
        ({"padding": -1}, "padding must be at least 0, not -1"),
        ({"learning_rate": float("nan")}, "learning_rate must be above 0 and finite, not nan"),
        ({"weight_decay": -1.0}, "weight_decay must be 0 or more and finite, not -1.0"),
        ({"momentum": 1.0}, "momentum must be from 0 to less than 1, not 1.0"),
        ({"schedule": "linear"}, "schedule 'linear' is unknown; use one of: cosine, constant, steps"),
    ],
)
def test_a_mistaken_recipe_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**wrong)


def test_cosine_is_torchs():
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)
    for step in range(50):
        assert Recipe(steps=50).rate(step) == pytest.approx(schedule.get_last_lr()[0], rel=1e-6)
        optimizer.step()
        schedule.step()


def test_steps_are_epochs_30_60_and_80_of_90():
    recipe = Recipe(steps=90, schedule="steps")
    assert [recipe.rate(step) for step in (0, 29, 30, 59, 60, 79, 80, 89)] == pytest.approx(
        [0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001]
    )


def test_constant_stays():
    assert {Recipe(steps=7, schedule="constant").rate(step) for step in range(7)} == {0.1}
