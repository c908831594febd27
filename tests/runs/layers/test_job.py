from pathlib import Path
from typing import Any

import pytest
import tomli_w

from runs.job.source import command, job_data, load_job, make_job, resolved, resumed
from runs.layers.job import NormActLayersJob
from runs.layers.problem import job_problem

JOB = """
[images]
source = "cifar10.npz"
most = 5_000
[space]
preset = "evonorm"
series = "S"
[anchors]
networks = ["resnet", "vit"]
[islands]
islands = 2
[search]
seed = 4
"""


def layers_job(name: str = "norm_act", **options: Any) -> NormActLayersJob:
    job = make_job(name, **options)
    assert isinstance(job, NormActLayersJob)
    return job


@pytest.mark.parametrize("text", [JOB, JOB.replace("[search]", '[search]\nkind = "norm_act_layers"')])
def test_a_job_file_with_images_is_of_layers_and_survives_toml(tmp_path: Path, text: str) -> None:
    (tmp_path / "job.toml").write_text(text)
    job = load_job(tmp_path / "job.toml", width=4)
    assert isinstance(job, NormActLayersJob)
    assert (job.images.source, job.space.series, job.anchors.networks) == ("cifar10.npz", "S", ("resnet", "vit"))
    assert (job.anchors.width, job.search.seed, job.title) == (4, 4, "evonorm")
    # a section that says little keeps the kind's own defaults, not the engine's
    assert (job.islands.config.islands, job.islands.config.batch_size, job.islands.config.migration) == (
        2,
        1,
        "broadcast",
    )
    (tmp_path / "again.toml").write_text(tomli_w.dumps(job_data(resolved(job))))
    assert load_job(tmp_path / "again.toml") == resolved(job)


@pytest.mark.parametrize("name", ["norm_act", "evonorm"])
def test_a_name_sets_the_preset(name: str) -> None:
    assert layers_job(name).space.preset == name
    assert layers_job("norm_act_layers").space.preset == "norm_act"
    assert resolved(layers_job(name)).budget.minutes == 10


def test_the_command_repeats_the_job() -> None:
    options = {"data": "a b.npz", "networks": ["resnet", "vit"], "without_rejection": True, "hours": 2, "seed": 3}
    assert command(layers_job("evonorm", **options, out="x")) == (
        "primordia search evonorm '--data=a b.npz' --networks=resnet,vit --without-rejection --seed=3 --minutes=120.0"
    )
    assert command(layers_job()) == "primordia search norm_act"
    assert (
        command(layers_job(mirrored=False, small_batch=2)) == "primordia search norm_act --mirrored=no --small-batch=2"
    )
    assert command(layers_job(mirrored=True)) == "primordia search norm_act --mirrored=yes"
    noted = load_job_with({"images": {"digest": "0123456789abcdef"}})
    assert command(noted) == "primordia search norm_act"
    assert command(load_job_with({"quality": {"steps": 50}})) is None


def load_job_with(sections: dict[str, Any]) -> NormActLayersJob:
    from runs.job.schema import read

    return read(NormActLayersJob, sections, "test")


def test_only_what_may_be_mirrored_is() -> None:
    assert not layers_job().training.flips
    assert layers_job(data="cifar10.npz").training.flips
    assert load_job_with({"images": {"mirrored": True}}).training.flips
    assert not load_job_with({"images": {"source": "mnist.npz", "mirrored": False}}).training.flips
    assert not load_job_with({"images": {"source": "cifar10.npz"}, "recipe": {"flips": False}}).training.flips


def test_without_rejection_no_protocol_runs() -> None:
    protocols, stability, quality = layers_job(without_rejection=True).rejection
    assert (protocols.training_free, stability.depth, stability.steps, quality.steps) == ((), 0, 0, 0)
    job = layers_job()
    assert job.rejection == (job.protocols, job.stability, job.quality)


def test_evonorm_searches_as_the_paper_does() -> None:
    paper, own = (job_problem(layers_job(name)) for name in ("evonorm", "norm_act"))
    assert (paper.space.arguments["variation"], own.space.arguments["variation"]) == ("paper", "rooted")
    searched = paper.searched(Path("images.npz"))
    assert (searched.selection.population, searched.selection.tournament) == (2500, 125)
    assert searched.selection.strategy == "ageing"
    weights = searched.variation
    assert (weights.random, weights.mutate, weights.crossover, weights.more_mutations) == (0.5, 0.5, 0.0, 0.0)
    changed = load_job_with(
        {"space": {"preset": "evonorm"}, "selection": {"population": 9}, "variation": {"random": 1}}
    )
    assert changed.selection.config("evonorm").population == 9
    assert changed.variation.config("evonorm").random == 1
    assert changed.variation.config("evonorm").mutate == 0.5


def test_a_layer_is_listed_by_its_mean_error_in_the_networks() -> None:
    job = layers_job(networks=["resnet", "vit"], train_eval_gap=True, small_batch=4)
    assert [objective.name for objective in job_problem(job).objectives] == [
        "error_resnet", "error_vit", "error_batch_4", "train_eval_gap",
    ]  # fmt: skip
    assert job.figure((0.25, 0.75, 0.9, 0.8)) == 0.5
    assert job.figure_text(0.1234) == "12.3%"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"networks": ["alexnet"]}, "[anchors] networks has the unknown 'alexnet'; use some of: resnet, mobilenet"),
        ({"width": 0}, "[anchors] width must be at least 1, not 0"),
        ({"steps": 0}, "[recipe] steps must be at least 1, not 0"),
        ({"series": "C"}, "[space] series must be one of B, S, not 'C'"),
        ({"variation": "wild"}, "[space] variation must be one of rooted, paper, not 'wild'"),
        ({"image_size": -1}, "[images] size must be 0 or more, not -1"),
        ({"max_nodes": 10**6}, "[space] max_nodes must be from 0 to 100, not 1000000"),
        ({"small_batch": 9}, "[anchors] small_batch must be from 2 to 8, or 0 for none, not 9"),
        ({"strategy": "agging"}, "[selection] strategy must be one of niches, nsga2, hypervolume, ageing"),
        ({"islands": 0}, "[islands] islands must be at least 1, not 0"),
        ({"seeds": 0}, "[ranking] seeds must be above 0, not 0"),
        ({"epsilon": 1.0}, "a norm_act_layers search has no option --epsilon, which is one of synthetic_data"),
    ],
)
def test_a_bad_option_is_one_line_that_names_the_key(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        make_job("norm_act", **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"images": {"search": 0.9}}, "[images] search, validation and test must sum to less than 1"),
        ({"selection": {"population": 1}}, "[selection] population must be at least 2, not 1"),
        (
            {"selection": {"population": 9, "tournament": 10}},
            "[selection] tournament must be at most the population, 9",
        ),
        ({"variation": {"random": 0}}, "[variation] random must be above 0"),
        ({"islands": {"migration": "none"}}, "[islands] migration must be one of ring, broadcast, not 'none'"),
    ],
)
def test_a_bad_section_is_named(tmp_path: Path, sections: dict[str, Any], message: str) -> None:
    (tmp_path / "job.toml").write_text(tomli_w.dumps({"images": {}, **sections}))
    with pytest.raises(ValueError) as caught:
        load_job(tmp_path / "job.toml")
    assert message in str(caught.value)


def test_options_of_this_kind_are_refused_for_others_and_a_misspelt_name_is_suggested() -> None:
    with pytest.raises(
        ValueError,
        match=r"--networks, which is one of norm_act_layers; leave it out, or name the search: .* norm_act$",
    ):
        make_job("exp2", networks=["resnet"])
    with pytest.raises(ValueError, match="--data, which is one of synthetic_data and norm_act_layers"):
        make_job("exp2", data="x.npz")
    with pytest.raises(ValueError, match="search 'evo_norm' is unknown; did you mean 'evonorm'"):
        make_job("evo_norm")
    with pytest.raises(ValueError, match="resume of a norm_act_layers run has no option 'width'"):
        resumed(resolved(layers_job()), {"width": 9})
