from pathlib import Path

import numpy as np
import pytest

from runs.synthesis.answered import answered, held_measurements, known_rows, total_loss
from runs.synthesis.session import start
from tests.runs.synthesis.toy import toy_job


@pytest.mark.parametrize("mechanism", ["one_shot", "adaptive"])
def test_every_measurement_of_the_ledger_is_held(inputs: Path, mechanism: str) -> None:
    run = start(toy_job(inputs, mechanism=mechanism))
    held = held_measurements(run)
    noisy = [release for release in run.ledger.releases if release.mechanism.sigma is not None]
    assert [measurement.query.name for measurement in held] == [release.what for release in noisy]
    for measurement, release in zip(held, noisy, strict=True):
        stored = np.load(run.ledger_folder / release.file)["answers"]
        np.testing.assert_array_equal(measurement.answers, stored)
        assert measurement.sigma == release.mechanism.sigma


def test_answers_are_scaled_to_the_private_rows(inputs: Path) -> None:
    run = start(toy_job(inputs))
    held = held_measurements(run)
    rows = known_rows(run, held)
    assert rows is not None
    for found in answered(held, run.codes, rows):
        np.testing.assert_allclose(found.ours, found.query.answers(run.codes) * rows / 30)
        for table, ours, noisy in found.cell_tables():
            assert ours.shape == noisy.shape == table.shape
            assert ours.sum() == pytest.approx(rows)
    assert total_loss(answered(held, run.codes, rows)) == pytest.approx(run.loss, rel=1e-6)
    assert total_loss(()) is None
    assert known_rows(run, ()) is None


def test_a_public_number_of_rows_is_taken(inputs: Path) -> None:
    run = start(toy_job(inputs, neighbours="replace"))
    assert known_rows(run, ()) == 60
