from search_spaces.float32_functions.draft import Draft, linearised
from search_spaces.float32_functions.typed_program import Constant, TypedProgram, validate
from tests.search_spaces.float32_functions.programs import many, written

SQUARES = written(lambda b, x: b("fma", x * x, 2.0, x))


def test_a_draft_is_the_program_until_it_is_changed():
    for program in many(20):
        assert Draft(program).program() == program


def test_instructions_may_come_in_any_order_and_dead_ones_go():
    program = linearised(
        [("mul", 3, -2), ("add", 0, -1), ("abs", 0), ("neg", 2)],
        [Constant("float", 1.0), Constant("float", 2.0)], 1, "float32",
    )  # fmt: skip
    assert program == TypedProgram((("abs", 0), ("mul", 1, -1)), (Constant("float", 2.0),))


def test_values_that_need_themselves_are_no_program():
    assert linearised([("add", 0, 1)], [], 1, "float32") is None
    assert linearised([("add", 0, 2), ("abs", 3), ("neg", 1)], [], 1, "float32") is None
    # A diamond is none of them.
    assert linearised([("add", 2, 3), ("abs", 3), ("neg", 0)], [], 1, "float32") is not None


def test_redirected_users_read_the_new_value():
    draft = Draft(SQUARES)
    draft.redirect(1, 0)
    program = draft.program()
    assert program is not None
    assert program.instructions == (("fma", 0, -1, 0),)


def test_only_the_first_users_are_redirected_where_so_many_are_given():
    draft = Draft(SQUARES)
    new = draft.append("abs", 1)
    draft.redirect(1, new, 2)
    assert draft.program().instructions == (("mul", 0, 0), ("abs", 1), ("fma", 2, -1, 0))


def test_outputs_that_are_no_instruction_are_multiplied_by_one():
    for reference in (0, -1):
        draft = Draft(SQUARES)
        draft.output = reference
        program = validate(draft.program())
        assert program.instructions[0][0] == "mul"
        assert program.constants[-1].value == 1.0


def test_outputs_that_are_no_float_are_no_program():
    draft = Draft(SQUARES)
    draft.output = draft.append("bits", 0)
    assert draft.program() is None


def test_very_long_chains_have_an_order():
    chain = [("abs", place) for place in range(5000)]
    assert len(linearised(chain, [], 5000, "float32").instructions) == 5000


def test_values_of_a_kind_are_found():
    draft = Draft(written(lambda b, x: b("number", b("bits", x * x) + 1)))
    assert draft.references("float", 3) == [0, 1]
    assert draft.references("int", 3) == [2, 3]
    assert draft.references("int", 2) == [2]
