import dataclasses

from evaluators.norm_act_layers.settings import PROTOCOL_ORDER, ProtocolsConfig
from runs.job.source import make_job
from runs.layers.job import NormActLayersJob
from runs.layers.report.meanings import meanings


def job() -> NormActLayersJob:
    found = make_job("norm_act")
    assert isinstance(found, NormActLayersJob)
    return found


def test_every_protocol_has_a_meaning_with_its_bounds() -> None:
    texts = meanings(dataclasses.replace(job(), protocols=ProtocolsConfig(min_gain=0.25, max_gain=4.5)))
    assert set(texts) == set(PROTOCOL_ORDER)
    assert texts["gain"].endswith("passes from 0.25 to 4.5")
    assert texts["finite"].endswith("passes at 1")
    assert texts["scale"].endswith("passes up to 1.35")
    assert texts["spatial"].endswith("passes from 1e-05")


def test_protocols_that_do_not_run_have_none() -> None:
    without = dataclasses.replace(job(), search=dataclasses.replace(job().search, without_rejection=True))
    assert set(meanings(without)) == {"duplicate", "training"}
