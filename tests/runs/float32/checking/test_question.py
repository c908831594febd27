from dataclasses import replace

import numpy as np
import pytest

from evaluators.float32_functions.targets import TARGETS, target
from primitives.float_format import FORMATS
from runs.float32.checking.question import Question, of_peer, of_program
from tests.evaluators.float32_functions.machine_programs import exp2_program
from tests.runs.float32.checking.questions import EXP


def test_programs_run_as_compiled_for_a_processor_that_flushes_where_xla_does():
    flushes = {name: of_program(exp2_program(fmt), TARGETS["exp2"]).flush for name, fmt in FORMATS.items()}
    assert flushes == {"float32": True, "bfloat16": True, "float16": False}
    on_gpu = replace(of_program(exp2_program(), TARGETS["exp2"]), device="gpu")
    assert not on_gpu.flush
    # a subnormal number plus another shows it
    import jax.numpy as jnp

    assert float(jnp.add(np.float32(1e-40), np.float32(1e-40))) == 0


def test_peers_flush_as_they_do():
    assert of_peer("jnp:exp").flush
    assert not of_peer("numpy:exp").flush


def test_loaded_subjects_compute():
    x = np.float32([0.0, 1.0, 3.0])
    np.testing.assert_array_equal(of_program(exp2_program(), TARGETS["exp2"]).load()(x), [1, 2, 8])
    np.testing.assert_array_equal(EXP.load()(x), np.exp(x))


def test_questions_survive_plain_data_and_differ_in_their_names():
    questions = [
        EXP,
        of_peer("numpy:exp"),
        of_peer("numpy:tanh"),
        of_program(exp2_program(), TARGETS["exp2"]),
        of_program(exp2_program(FORMATS["bfloat16"]), TARGETS["exp2"]),
        of_program(exp2_program(), target("exp2", 0, 1)),
    ]
    assert [Question.from_dict(question.to_dict()) for question in questions] == questions
    assert len({question.fingerprint for question in questions}) == len(questions)


def test_titles_name_the_domain_where_it_is_not_the_functions_own():
    assert of_peer("numpy:sin").title == "sin by numpy"
    assert EXP.title == "exp on 1,1.01 by numpy"
    assert of_program(exp2_program(), target("exp2", -1, 1)).title == "exp2 on -1,1 by a program"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("numpy", "a peer's function is named as in numpy:exp, not 'numpy'"),
        ("nump:exp", "the peer must be one of jnp, numpy"),
        ("numpy:tahn", "unknown float32 function 'tahn', did you mean 'tanh'"),
        ("libmvec:gelu", "libmvec has no gelu; it has: "),
    ],
)
def test_mistakes_are_named(text, message):
    with pytest.raises(ValueError, match=message):
        of_peer(text)
