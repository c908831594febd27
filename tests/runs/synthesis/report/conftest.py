import math
import random

import pytest

from runs.privacy.explain import CostRow
from runs.synthesis.report.claim import Accounting, Release
from runs.synthesis.report.data import (
    Association,
    ConstraintCheck,
    Course,
    Fit,
    Marginal,
    Means,
    PairTable,
    SynthesisData,
)

WORK = ("Private", "Self-emp-not-inc", "Local-gov", "State-gov", "Never-worked <b>", "(missing)")
SEX = ("Female", "Male")
SIGMA = 0.004


def shares(count: int, generator: random.Random) -> tuple[float, ...]:
    weights = [generator.expovariate(1) for _ in range(count)]
    return tuple(weight / sum(weights) for weight in weights)


def marginal(column: str, labels: tuple[str, ...], seed: int, is_ordered: bool = False) -> Marginal:
    generator = random.Random(seed)
    synthetic = shares(len(labels), generator)
    measured = tuple(share + generator.gauss(0, SIGMA) for share in synthetic)
    return Marginal(column, labels, synthetic, measured, (SIGMA,) * len(labels), is_ordered, "measured")


def pair(row_labels: tuple[str, ...], column_labels: tuple[str, ...], seed: int) -> PairTable:
    generator = random.Random(seed)
    flat = iter(shares(len(row_labels) * len(column_labels), generator))
    synthetic = tuple(tuple(next(flat) for _ in column_labels) for _ in row_labels)
    measured = tuple(tuple(share + generator.gauss(0, SIGMA) for share in line) for line in synthetic)
    deviations = tuple((SIGMA,) * len(column_labels) for _ in row_labels)
    return PairTable("workclass", "sex", row_labels, column_labels, synthetic, measured, deviations, 1.73)


def association(names: tuple[str, ...], seed: int, is_signed: bool) -> Association:
    generator = random.Random(seed)
    values = [[1.0] * len(names) for _ in names]
    for row in range(len(names)):
        for column in range(row):
            values[row][column] = values[column][row] = generator.uniform(-1.0 if is_signed else 0.0, 1.0)
    if not is_signed:
        values[0][1] = values[1][0] = math.nan
    title = "Correlation, the synthetic table" if is_signed else "Association of columns"
    measure = "Pearson's correlation coefficient" if is_signed else "Cramer's V, corrected for bias"
    return Association(title, measure, names, tuple(map(tuple, values)))


@pytest.fixture(scope="session")
def data() -> SynthesisData:
    ages = tuple(str(age) for age in range(17, 91))
    countries = tuple(f"Country number {number}" for number in range(42))
    names = ("age", "workclass", "sex", "native-country", "income", "hours-per-week")
    releases = (
        Release("0-0", "marginal(sex)", "25.5 rows, 19 of 20 answers within 50", 2, 0.0003),
        Release("1-0-selection", "selection among 36 queries", "a selection at epsilon 0.01", 0, 0.0015),
        Release("1-0", "marginal(age, workclass)", "195 rows, 19 of 20 answers within 382", 444, 0.0285),
    )
    costs = tuple(
        CostRow(f"{release.what} and 9 more", 10, release.answers or None, release.noise, release.rho, 0.1)
        for release in releases
    )
    accounting = Accounting(
        neighbours="add_remove",
        epsilon=1.0,
        delta=1e-9,
        rho=0.0306,
        rho_spent=0.0303,
        epsilon_spent=0.9941,
        paragraphs=("Neighbours are <b>two</b> tables.",),
        costs=costs,
        releases=releases,
        num_releases=30,
    )
    falling = tuple(900 * math.exp(-k / 12) + 0.8 for k in range(100))
    return SynthesisData(
        name="adult",
        run="adult-20261121-154312",
        rows=48_842,
        real_rows=48_861.0,
        seed=7,
        started="2026-11-21 15:43:12 UTC on laptop, x86_64, 2 cores",
        seconds=41.0,
        stop_reason="the loss stopped falling",
        candidates=9_245_331,
        loss=0.71,
        command="primordia search synthetic_data --data adult.csv --schema adult.toml --epsilon 1 --seed 7",
        accounting=accounting,
        marginals=(
            marginal("age", ages, 1, True),
            marginal("workclass", WORK, 2),
            marginal("sex", SEX, 3),
            marginal("native-country", countries, 4),
            Marginal("row-id", ("1 to 100", "101 to 200"), (0.5, 0.5)),
        ),
        pairs=(pair(WORK, SEX, 5), pair(tuple(ages[:24]), tuple(countries[:24]), 6)),
        fits=(
            Fit("marginals of 2 columns", 4186, "of the rows", 1.9e-4, 2.1e-3, 2.6e-4, 0.71),
            Fit("thresholds", 120, "of the rows", 1.9e-4, 2.1e-3, 2.6e-4, 1.02),
            Fit("half_spaces", 20_000, "of the rows", 1.9e-3, 2.1e-2, 2.6e-4, 7.1),
        ),
        means=(Means("age", "sex", SEX, ("36.9", "39.4"), ("36.8", "39.5"), 3),),
        associations=(association(names, 8, False), association(names[:3], 9, True)),
        courses=(
            Course("round 1", tuple(range(0, 4_000_000, 40_000)), falling),
            Course("round 2", (4_000_000, 6_000_000, 9_245_331), (5.0, 0.9, 0.71)),
        ),
        constraints=(
            ConstraintCheck("never relationship = Husband together with sex = Female", 0),
            ConstraintCheck("education = Doctorate implies education-num = 16", 3),
        ),
        versions=(("primordia", "0.1.0"), ("python", "3.11.2"), ("opendp", "0.16.0"), ("dp-accounting", "0.6.0")),
    )  # fmt: skip
