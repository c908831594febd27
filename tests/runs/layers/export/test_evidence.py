import dataclasses

import pytest

from runs.layers.export.evidence import LayerEvidence, header, meanings
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.runs.layers.export.exported import EVIDENCE


@pytest.mark.parametrize(
    ("name", "class_name"),
    [
        ("evonorm_b0", "EvonormB0"),
        ("1234", "Layer1234"),
        ("my run, best", "MyRunBest"),
        ("", "Layer"),
        ("größe", "GrE"),
        ("none", "NoneLayer"),
        ("any", "AnyLayer"),
        ("LayerX", "LayerX"),
    ],
)
def test_the_name_becomes_that_of_a_class(name, class_name):
    assert LayerEvidence(name).class_name == class_name
    assert class_name.isidentifier()


def test_the_header_tells_formula_moments_origin_and_accuracies():
    lines = header(KNOWN_LAYERS["evonorm_s0"], EVIDENCE, "compared")
    text = "\n".join(lines)
    assert lines[0] == "found: a normalization-activation layer, exported by Primordia."
    assert "std[whc/g] is the root of the biased variance plus 1e-05, one per sample and group of channels" in text
    assert "norm_act-7, candidate 1234, seed 7, 2026-11-22" in text
    assert lines[-3:] == [
        "layer       resnet  mobilenet",
        "found        91.25      88.00",
        "bn_relu      90.10      87.12",
    ]
    assert all(len(line) <= 120 for line in lines)


def test_what_is_not_known_is_left_out():
    text = "\n".join(header(KNOWN_LAYERS["relu"], LayerEvidence("relu"), "compared"))
    assert "formula" in text
    assert not any(label in text for label in ("moments", "run", "seed", "reproduce", "data", "versions"))


def test_batch_moments_are_said_to_run():
    found = meanings(KNOWN_LAYERS["bn_relu"])
    assert found[0] == "mean[bwh] is the mean, one per channel, running at inference"
    assert found[1].endswith("one per channel, running at inference")


def test_wide_tables_are_wrapped_and_control_characters_removed():
    evidence = dataclasses.replace(EVIDENCE, accuracies="wide " * 60 + "\nb\x00ell\x07")
    lines = header(KNOWN_LAYERS["relu"], evidence, "compared")
    assert all(len(line) <= 120 and line.isprintable() for line in lines)
    assert lines[-1] == "b ell"
