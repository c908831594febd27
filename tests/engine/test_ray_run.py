from __future__ import annotations

from engine.island import Step
from engine.ray_run import Run
from engine.schedule import Schedule
from tests.engine.toys import bits_setup


def fresh() -> Run:
    task = Schedule(bits_setup().config).next_task()
    assert task is not None
    return Run(task)


def test_nobody_is_blamed_for_the_first_loss_and_the_next_run_probes() -> None:
    run = fresh()
    run.step = Step(2, (5,), made=True)  # sent without waiting for its arrival, so perhaps not the last
    assert run.accuse() == ()
    assert (run.probe_from, run.losses) == (2, 1)


def test_a_candidate_alone_is_guilty() -> None:
    run = fresh()
    run.accuse()
    assert run.probe_from == 0
    run.step = Step(1, (5,), made=True)
    assert run.accuse() == (5,)
    assert (run.probe_from, run.losses) == (1, 0)


def test_a_batch_is_guilty_when_it_ends_two_workers() -> None:
    run = fresh()
    run.accuse()
    run.step = Step(1, (5, 6), made=True)
    assert run.accuse() == ()
    assert run.accuse() == (5, 6)


def test_losses_without_suspects_add_up() -> None:
    run = fresh()
    for losses in range(1, 6):
        run.step = Step(0)
        assert run.accuse() == ()
        assert run.losses == losses
