"""The exports to Keras against its own layers, on its JAX backend."""

import numpy as np
import pytest

from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.runs.layers.export.exported import class_of, skip_without

X = np.random.default_rng(0).normal(0.5, 1.5, (3, 4, 3, 2, 48)).astype(np.float32)


@pytest.fixture
def keras(monkeypatch):
    skip_without("keras", monkeypatch)
    import keras

    return keras


def test_batch_norm_is_that_of_keras(keras):
    layer = class_of(KNOWN_LAYERS["batch_norm"], "keras")()
    reference = keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
    for x in X:
        np.testing.assert_allclose(layer(x, training=True), reference(x, training=True), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(layer.running_mean, reference.moving_mean, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(layer.running_var, reference.moving_variance, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(layer(x), reference(x), rtol=1e-4, atol=1e-5)
    assert [v.name for v in layer.trainable_variables] == ["gamma", "beta"]


@pytest.mark.usefixtures("keras")
def test_a_frozen_layer_uses_its_running_statistics():
    layer = class_of(KNOWN_LAYERS["batch_norm"], "keras")()
    layer.build(X[0].shape)
    layer.trainable = False
    np.testing.assert_allclose(layer(X[0], training=True), X[0] / np.sqrt(1 + 1e-5), rtol=1e-5, atol=1e-6)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_model_with_it_is_built_saved_and_loaded(keras, tmp_path):
    cls = class_of(KNOWN_LAYERS["evonorm_b0"], "keras")
    model = keras.Sequential([keras.Input((None, None, 48)), cls(momentum=0.8)])
    assert model.output_shape == (None, None, None, 48)
    model.layers[0](X[0], training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", custom_objects={"Found": cls})
    assert loaded.layers[0].momentum == 0.8
    np.testing.assert_array_equal(loaded(X[1]), model(X[1]))


@pytest.mark.slow
@pytest.mark.usefixtures("keras")
def test_half_precision_and_wrong_formats():
    layer = class_of(KNOWN_LAYERS["gn_relu"], "keras")(data_format="channels_first", dtype="mixed_bfloat16")
    assert str(layer(np.moveaxis(X[0], -1, 1)).dtype) == "bfloat16"
    with pytest.raises(ValueError, match="data_format must be 'channels_last' or 'channels_first', not 'NHWC'"):
        class_of(KNOWN_LAYERS["gn_relu"], "keras")(data_format="NHWC")
