import ast
import dataclasses
import importlib
import importlib.machinery
import shutil
import subprocess
import sys
from itertools import product
from random import Random

import pytest

from runs.layers.export import export, languages, suffix, write_export
from runs.layers.export.verification import CASES
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import Layer, Leaf, Node
from search_spaces.norm_act_layers.space import NormActLayers
from tests.runs.layers.export.exported import EVIDENCE, PYTHON, require_parity, skip_without

# Between them they have all kinds of moments, leaves and constants; of the others each costs a compilation.
COMPARED_FAST = {
    "jax": ("bn_silu", "evonorm_b0", "gn_relu", "ash"),
    "torch": ("bn_silu", "evonorm_b0", "gn_relu", "ash", "layer_norm_tokens"),
    "flax": ("evonorm_b0",),
    "keras": ("evonorm_b0",),
}

WRONG = {
    "jax": ("momentum * state", "(1 - momentum) * state"),
    "flax": ("self.momentum * running_var", "(1 - self.momentum) * running_var"),
    "torch": ("correction=0)", "correction=1)"),
    "keras": ("self.momentum * self.running_var", "(1 - self.momentum) * self.running_var"),
    "latex": (r"\max\left(n_{3}", r"\min\left(n_{3}"),
}

HOSTILE = 'x"""\nimport os; os.abort()\n"""; \\ \u2028 % \n\\input{/etc/passwd} \x00'


def known_layers():
    """Pairs every language with every known layer and marks most as slow."""
    return [
        pytest.param(language, name, marks=[] if name in COMPARED_FAST[language] else [pytest.mark.slow])
        for language, name in product(PYTHON, KNOWN_LAYERS)
    ]


def test_the_languages_are_the_files():
    assert languages() == ("flax", "jax", "keras", "latex", "torch")


@pytest.mark.parametrize(("language", "name"), known_layers())
def test_every_known_layer_computes_what_the_evaluator_does(language, name, monkeypatch):
    skip_without(language, monkeypatch)
    require_parity(KNOWN_LAYERS[name], language)


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_every_known_layer_is_written_in_latex(name, tmp_path):
    text = write_export(KNOWN_LAYERS[name], "latex", EVIDENCE, tmp_path / "layer.tex")
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")


@pytest.mark.slow
@pytest.mark.parametrize("language", PYTHON)
@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_every_known_layer_does_so_on_images_of_either_layout(language, name, monkeypatch):
    skip_without(language, monkeypatch)
    require_parity(KNOWN_LAYERS[name], language, tuple(CASES))


SPACES = {
    "norm_act": NormActLayers("norm_act"),
    "evonorm": NormActLayers("evonorm"),
    "paper": NormActLayers("evonorm", variation="paper"),
}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", PYTHON)
@pytest.mark.parametrize("space", SPACES)
def test_random_layers_compute_what_the_evaluator_does(language, space, monkeypatch):
    skip_without(language, monkeypatch)
    rng, compared = Random(11), 0
    for _ in range(20):
        try:
            require_parity(SPACES[space].random(rng), language)
        except ValueError as error:
            assert "no finite output" in str(error)
        else:
            compared += 1
    assert compared >= 15


@pytest.mark.parametrize("language", ["jax", "latex", "torch"])
def test_a_layer_is_executed_compared_and_written_with_its_evidence(language, tmp_path, monkeypatch):
    skip_without(language, monkeypatch)
    path = tmp_path / f"layer{suffix(language)}"
    layer = KNOWN_LAYERS["rms_norm"]
    text = write_export(layer, language, EVIDENCE, path)
    assert path.read_text() == text == export(layer, language, EVIDENCE)
    assert list(tmp_path.iterdir()) == [path]
    for fact in ("gamma * x / rms[c](x) + beta", "candidate 1234, seed 7", "--hours 1", "jax 0.10.2", "1,200 images"):
        assert fact in text
    assert "found        91.25      88.00" in text


@pytest.mark.slow
@pytest.mark.parametrize("language", PYTHON)
def test_a_layer_with_running_statistics_is_so_too(language, tmp_path, monkeypatch):
    skip_without(language, monkeypatch)
    write_export(KNOWN_LAYERS["evonorm_b0"], language, EVIDENCE, tmp_path / "layer.py")
    assert (tmp_path / "layer.py").exists()


@pytest.mark.parametrize("language", PYTHON)
@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_python_exports_import_nothing_of_primordia(language, name):
    tree = ast.parse(export(KNOWN_LAYERS[name], language, EVIDENCE))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in imported} <= {"math", "typing", language, "jax"}


@pytest.mark.skipif(shutil.which("ruff", path=str(sys.executable).rpartition("/")[0]) is None, reason="needs ruff")
def test_the_code_is_formatted_and_free_of_findings(tmp_path):
    rng = Random(3)
    layers = dict(KNOWN_LAYERS)
    layers |= {f"random_{name}_{i}": space.random(rng) for name, space in SPACES.items() for i in range(20)}
    for language in PYTHON:
        for name, layer in layers.items():
            text = export(layer, language, dataclasses.replace(EVIDENCE, name=name))
            (tmp_path / f"{language}_{name}.py").write_text(text)
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--isolated", "--no-cache", "--line-length", "120", "--target-version", "py311", str(tmp_path)]
    rules = "A,B,C4,E,F,I,ISC,N,PERF,PIE,RET,RUF,SIM,UP,W"
    for command in (["check", "--select", rules], ["format", "--check"]):
        done = subprocess.run([*ruff, *command, *options], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "language", ["jax", "torch", *[pytest.param(language, marks=pytest.mark.slow) for language in ("flax", "keras")]]
)
def test_a_wrong_text_differs_from_the_evaluator(language, monkeypatch):
    skip_without(language, monkeypatch)
    text = export(KNOWN_LAYERS["evonorm_b0"], language, EVIDENCE)
    assert WRONG[language][0] in text
    with pytest.raises(ValueError, match=f"the {language} export differs from the evaluator in tokens/.*nothing was"):
        require_parity(KNOWN_LAYERS["evonorm_b0"], language, text=text.replace(*WRONG[language]))


@pytest.mark.parametrize("language", ["latex", pytest.param("torch", marks=pytest.mark.slow)])
def test_a_wrong_text_is_not_written(language, tmp_path, monkeypatch):
    skip_without(language, monkeypatch)
    module = importlib.import_module(f"runs.layers.export.to_{language}")
    text = export(KNOWN_LAYERS["evonorm_b0"], language, EVIDENCE)
    assert WRONG[language][0] in text
    monkeypatch.setattr(module, "source", lambda *_: text.replace(*WRONG[language]))
    with pytest.raises(ValueError, match=f"{language} export.*nothing was written"):
        write_export(KNOWN_LAYERS["evonorm_b0"], language, EVIDENCE, tmp_path / "layer.py")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["jax", "latex", "torch"])
def test_a_file_that_exists_is_not_overwritten(language, tmp_path):
    path = tmp_path / "layer.py"
    path.write_text("mine")
    with pytest.raises(ValueError, match="exists and is not overwritten; give another file name"):
        write_export(KNOWN_LAYERS["relu"], language, EVIDENCE, path)
    assert path.read_text() == "mine"


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"the folder '.*absent' does not exist; make it"):
        write_export(KNOWN_LAYERS["relu"], "latex", EVIDENCE, tmp_path / "absent" / "layer.tex")


def test_an_unknown_language_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(ValueError, match="a layer is not exported to 'pytorch'; did you mean 'torch'"):
        write_export(KNOWN_LAYERS["relu"], "pytorch", EVIDENCE, tmp_path / "layer.py")
    with pytest.raises(ValueError, match="known: flax, jax, keras, latex, torch"):
        suffix("c")


@pytest.mark.parametrize("language", ["flax", "keras", "torch"])
def test_a_missing_package_is_named_with_what_to_install(language, tmp_path, monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == language else real(name, *rest)
    )
    with pytest.raises(ValueError, match=rf"needs {language}; install primordia\[{language}\]"):
        write_export(KNOWN_LAYERS["relu"], language, EVIDENCE, tmp_path / "layer.py")
    assert list(tmp_path.iterdir()) == []


def test_a_malformed_layer_is_refused():
    with pytest.raises(ValueError, match="operation 'cosine' is unknown"):
        export(Layer((Node("cosine", (0,)),), ()), "jax", EVIDENCE)


def test_what_is_exported_is_the_canonical_form():
    layer = KNOWN_LAYERS["evonorm_b0"]
    dead = Layer((Node("exp", (0,)), *_moved(layer.nodes)), (Leaf("constant", 5.0), *layer.leaves), layer.affine)
    assert canonical(dead) == canonical(layer)
    for language in languages():
        assert export(dead, language, EVIDENCE) == export(layer, language, EVIDENCE)


def _moved(nodes):
    return tuple(n._replace(inputs=tuple(r + 1 if r > 0 else r - (r < 0) for r in n.inputs)) for n in nodes)


@pytest.mark.parametrize("language", languages())
def test_hostile_text_stays_text(language):
    facts = dict.fromkeys(("name", "run", "command", "data", "accuracies"), HOSTILE)
    text = export(KNOWN_LAYERS["evonorm_b0"], language, dataclasses.replace(EVIDENCE, **facts))
    if language == "latex":
        assert not any("input" in line or "abort" in line for line in text.splitlines() if not line.startswith("%"))
    else:
        statements = ast.parse(text).body
        assert "abort" in statements[0].value.value
        assert not any("abort" in ast.dump(statement) for statement in statements[1:])
