import jax
import pytest

from evaluators.norm_act_layers import population_trainer
from evaluators.norm_act_layers.plan import Planned
from evaluators.norm_act_layers.population_trainer import PopulationTrainer
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from search_spaces.norm_act_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.one_place import one_place
from tests.evaluators.norm_act_layers.small_images import noise

TRAINING = Planned("accuracy_one_place", "one_place", Recipe(steps=7, batch_size=8))
OTHER = TRAINING._replace(recipe=Recipe(steps=28, batch_size=4))


@pytest.fixture
def device(monkeypatch):
    """A device that keeps steps and numbers of candidates instead of training them; it has room for eight."""
    kept = []

    def train(population, members, _, *, chunk, on_halved):
        kept.append((population.recipe.steps, len(members), population.recipe.batch_size))
        if min(chunk, len(members)) > 8:
            on_halved(8)
        return iter(members)

    one_place(monkeypatch)
    monkeypatch.setattr(population_trainer, "train_population", train)
    return kept


def trainer():
    return PopulationTrainer(noise(), AnchorsConfig(width=6))


def test_every_size_of_every_training_is_compiled_once_by_a_single_step(device):
    made = trainer()
    for count in (3, 4, 5, 2, 3):
        made.compile(TRAINING, count)
    made.compile(OTHER, 3)
    assert device == [(1, 4, 8), (1, 8, 8), (1, 2, 8), (1, 4, 4)]


def test_the_room_is_remembered_once_memory_has_run_out(device):
    made = trainer()
    assert made.room == 0
    made.compile(TRAINING, 9)
    assert made.room == 8
    made.compile(TRAINING, 64)
    made.compile(OTHER, 64)
    assert device == [(1, 16, 8), (1, 8, 4)]


def test_all_are_trained_by_the_whole_recipe_with_the_same_key(device):
    key, layers = jax.random.key(3), [KNOWN_LAYERS[name] for name in ("relu", "mish")]
    members = trainer().train(layers, TRAINING, key)
    assert [tuple(member) for member in members] == [(layer, key) for layer in layers]
    assert device == [(7, 2, 8)]


def test_all_known_layers_can_be_interpreted():
    assert all(map(trainer().takes, KNOWN_LAYERS.values()))
