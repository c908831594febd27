import math
from dataclasses import replace

from evaluators.float32_functions.targets import target
from runs.float32.export.evidence import domain_text, facts, rows, title


def test_the_bound_is_rounded_up(evidence):
    assert replace(evidence, max_ulp=0.9301).bound == 0.931
    assert replace(evidence, max_ulp=0.5).bound == 0.5
    assert replace(evidence, max_ulp=math.inf).bound == math.inf


def test_the_title_claims_no_more_than_was_tried(program, evidence):
    assert (
        title(program, evidence)
        == "exp2(x) for every float32 in [-120, 120]: at most 2.591 ULP, a sample of them tried"
    )
    every = replace(evidence, target=target("exp2"), exhaustive=True, max_ulp=0.93)
    assert title(program, every) == "exp2(x) for every float32: at most 0.93 ULP, all inputs tried"


def test_domains_say_whether_nan_belongs():
    assert domain_text(target("sin"), "float32") == "every float32 in [-8192, 8192] and NaN"
    assert domain_text(target("tanh", 0.0, 2.0), "float32") == "every float32 in [0, 2]"


def test_rows_leave_out_what_is_not_known(program, evidence):
    labels = dict(rows(program, replace(evidence, cost="", where=math.nan), "by hand"))
    assert "cost" not in labels
    assert labels["greatest error"] == "2.5901 ULP"
    assert labels["verified"] == "by hand"
    assert "0x1.d0050a" in dict(rows(program, evidence, ""))["greatest error"]


def test_plain_values_have_their_types(program, evidence):
    known = facts(program, evidence)
    assert known["max_ulp"] == 2.5901
    assert known["exhaustive"] is False
    assert facts(program, replace(evidence, max_ulp=math.inf))["max_ulp"] == "inf"
