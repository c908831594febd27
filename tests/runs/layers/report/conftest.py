from __future__ import annotations

import dataclasses
import random

import pytest

from evaluators.norm_act_layers.analysis import analyse
from runs.layers.ranking.intervals import mean_interval, share_interval
from runs.layers.ranking.ranking import Ranking
from runs.layers.ranking.rejections import FalseRejections, Rejections
from runs.layers.ranking.settings import BASELINES
from runs.layers.ranking.standings import compare
from runs.layers.ranking.transfer import Transfer
from runs.layers.ranking.trial_file import Training
from runs.layers.report.data import (
    Ancestor,
    Candidate,
    Course,
    Known,
    LayersData,
    Operator,
    Rival,
    ShownLayer,
    Trial,
)
from runs.layers.view.analysis_rows import rows
from runs.protocol_costs import ProtocolCost
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.runs.layers.ranking.trainings import trainings

NETWORKS = ("resnet", "mobilenet", "efficientnet")

SKILLS = {
    "4711": 0.655, "3920": 0.645, "4802": 0.64, "118": 0.63, "2077": 0.615, "bn_relu": 0.62, "bn_silu": 0.635,
    "gn_relu": 0.60, "ln_gelu": 0.55, "frn_tlu": 0.58, "evonorm_b0": 0.65, "evonorm_s0": 0.61,
}  # fmt: skip
"""Mean accuracies of found and known layers; BN-ReLU's is 0.62."""


def made_trainings(skills: dict[str, float], networks: tuple[str, ...], seeds: int = 5) -> list[Training]:
    """Returns trainings whose accuracies scatter about the skills by a point."""
    generator = random.Random(3)
    return [
        training
        for name, skill in skills.items()
        for training in trainings(
            name,
            {
                network: [skill - 0.02 * place + generator.gauss(0, 0.01) for _ in range(seeds)]
                for place, network in enumerate(networks)
            },
        )
    ]


def made_ranking() -> Ranking:
    standings = [
        dataclasses.replace(
            standing,
            role="winner" if standing.name == "4711" else "baseline" if standing.is_known else "finalist",
            search=None if standing.is_known else 0.66,
            validation=None if standing.is_known else 0.65,
        )
        for standing in compare(made_trainings(SKILLS, NETWORKS), NETWORKS, "test", "4711")
    ]
    return Ranking(tuple(standings), NETWORKS, 5, 150, 100, 3, 5)


def candidates(count: int) -> tuple[Candidate, ...]:
    generator = random.Random(1)
    found = []
    for number in range(count):
        level = 0.34 + generator.expovariate(6)
        errors = tuple(min(0.9, level + 0.02 * place + generator.gauss(0, 0.015)) for place in range(len(NETWORKS)))
        found.append(Candidate(str(number), errors))
    found.sort(key=lambda candidate: candidate.mean)
    first = dataclasses.replace(
        found[0], id="4711", formula="gamma * x / std[bwh](x) + beta", is_on_front=True, extras=(0.031,)
    )
    front = [
        dataclasses.replace(candidate, is_on_front=True, formula="gamma * x + beta", extras=(0.5,))
        for candidate in found[1:40:6]
    ]
    return (first, *(front + found[1:]))


def course(label: str, seed: int, floor: float) -> Course:
    generator = random.Random(seed)
    places = sorted(generator.sample(range(20, 7000), 14))
    errors = sorted((floor + generator.expovariate(14) for _ in places), reverse=True)
    seconds = tuple(float(place) for place in places)
    return Course(label, seconds, tuple(40 * place for place in places), tuple(errors), 7200.0, 288_000, 612)


@pytest.fixture(scope="session")
def data() -> LayersData:
    generator = random.Random(5)
    layer = canonical(KNOWN_LAYERS["evonorm_b0"])
    operators = ("random", "mutate", "crossover")
    none = share_interval(0, 10)
    on_digits = tuple(compare(made_trainings(SKILLS, ("resnet",), 1), ["resnet"], "test"))
    return LayersData(
        name="norm_act",
        title="norm_act layers on cifar10.npz: resnet, mobilenet, efficientnet of width 8",
        run="norm_act-20261121-154312",
        seed=7,
        started="2026-11-21 15:43:12 UTC on laptop, x86_64, 2 cores",
        seconds=7200.0,
        stop_reason="the budget of time was spent",
        candidates=288_000,
        counts={"scored": 612, "rejected:gain": 120_000, "rejected:quality": 3_100, "duplicate": 9_000, "crashed": 2},
        networks=NETWORKS,
        command="primordia search norm_act --data cifar10.npz --seed 7 --hours 2",
        extras=("train eval gap",),
        settings=(("images", "cifar10.npz at 16x16, 10 classes: 40,000 train"), ("digest", "0123456789abcdef")),
        meanings={"gain": "deviation of the output over that of the input; passes from 0.001 to 1000"},
        layer=ShownLayer(
            "4711",
            layer,
            True,
            rows(analyse(layer)),
            (
                Ancestor("12", "random", (), 0.61, "gamma * x + beta"),
                Ancestor("3001", "mutate", ("12",), None, "gamma * max(x, 0) + beta"),
            ),
            False,
        ),
        ranking=made_ranking(),
        rivals=tuple(
            Rival(name, mean_interval([SKILLS["4711"] - SKILLS[name] + generator.gauss(0, 0.004) for _ in range(5)]), p)
            for name, p in zip(BASELINES, (0.001, 0.2, 0.0004, 0.0001, 0.0001, 0.9, 0.0002), strict=True)
        ),
        scored=candidates(606),
        known=tuple(
            Known(name, tuple(1.01 - SKILLS[name] + 0.02 * place for place in range(3)))
            for name in BASELINES
        ),
        costs=(
            ProtocolCost("input", 288_000, 20_000, 2.5, 15_000.0),
            ProtocolCost("spatial", 268_000, 41_000, 12.5, 29_000.0),
            ProtocolCost("gain", 227_000, 120_000, 33.5, 81_000.0),
            ProtocolCost("duplicate", 107_000, 9_000, 1.5, 6_100.0),
            ProtocolCost("stability", 98_000, 94_000, 1_433.5, 61_000.0),
            ProtocolCost("quality", 3_712, 3_100, 2_410.0, 19_000.0),
            ProtocolCost("training", 612, 6, 9_600.0, 0.0),
        ),
        trials=tuple(
            Trial(12.0 * place, 470 * place, 0.4 + generator.expovariate(8) * (1 - place / 900), operators[place % 3])
            for place in range(600)
        ),
        courses=(
            course("ageing", 2, 0.37), course("random", 3, 0.41), course("random, without rejection", 4, 0.48),
        ),
        operators=(
            Operator("mutate", 201_000, 430, 9, 0.371, 0.52),
            Operator("crossover", 58_000, 130, 4, 0.39, 0.55),
            Operator("random", 29_000, 52, 1, 0.44, 0.71),
            Operator("hoist", 0, 0, 0, None, None),
        ),
        transfers=(
            Transfer("", "vit", 150, tuple(compare(made_trainings(SKILLS, ("vit",), 3), ["vit"], "test"))),
            Transfer("mnist.npz:01234567", "resnet", 150, on_digits),
        ),
        rejections=Rejections(
            (
                FalseRejections("gain", 120_000, 10, 7, 0.31, none, none, 33.5, 81_000.0),
                FalseRejections("quality", 3_100, 10, 0, 0.58, share_interval(1, 10), none, 2_410.0, 19_000.0),
                FalseRejections("input", 20_000, 3, 3, float("nan"), none, none, 2.5, 1.0),
            ),
            0.48, 0.62, 612,
        ),
        versions=(("primordia", "0.1.0"), ("python", "3.11.2"), ("jax", "0.10.2")),
    )  # fmt: skip
