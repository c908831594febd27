import pytest

from primitives.machine_code import choice, code, same, wrapping
from primitives.machine_primitive import LANGUAGES


def test_templates_are_given_in_the_order_of_the_languages():
    assert code(*map(str.upper, LANGUAGES)) == {language: language.upper() for language in LANGUAGES}
    assert set(same("{0}").values()) == {"{0}"}
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        code("{0}")


def test_a_choice_evaluates_to_one_of_its_sides():
    text = choice("{0} < {1}", "{0}", "{1}")["c"].format("a", "b")
    assert text == "a < b ? a : b"


def test_only_c_needs_help_to_wrap():
    templates = wrapping("+")
    assert templates["c"].format("a", "b", int="int32") == "(int32_t)((uint32_t)a + (uint32_t)b)"
    assert {templates[language] for language in LANGUAGES if language != "c"} == {"{0} + {1}"}
