import numpy as np

from runs.synthesis.report.rules import checks, rule_text
from search_spaces.synthetic_data.schema import schema_from_data

SCHEMA = schema_from_data(
    {
        "columns": {
            "id": {"kind": "integer", "lower": 0, "upper": 99, "unique": True},
            "level": {"kind": "ordinal", "categories": ["low", "high"]},
            "first": {"kind": "integer", "lower": 0, "upper": 9},
            "last": {"kind": "integer", "lower": 0, "upper": 9},
        },
        "constraints": [
            {"kind": "order", "columns": ["first", "last"]},
            {"kind": "implies", "if": {"level": ["high"]}, "then": {"first": {"lower": 5}}},
            {"kind": "forbidden", "where": {"level": ["low"], "last": {"upper": 1}}},
        ],
    },
    "test",
)


def test_every_rule_is_told_in_words_and_counted() -> None:
    codes = np.array([[1, 0, 2, 3], [2, 1, 4, 9], [2, 0, 1, 0], [3, 1, 7, 7]], np.int32)
    found = {check.rule: check.violations for check in checks(SCHEMA, codes)}
    assert found == {
        "every value is in its column's range or one of its categories": 0,
        "no value of id occurs twice": 1,
        "first is at most last, where both are present": 1,
        "level = high implies 5 <= first": 1,
        "never last <= 1 together with level = low": 1,
    }


def test_a_code_out_of_range_is_seen() -> None:
    codes = np.array([[1, 0, 2, 3]], np.int32)
    codes[0, 0] = 100
    assert checks(schema_from_data({"columns": {"a": {"kind": "boolean"}}}, "t"), codes[:, 1:2])[0].violations == 0
    assert checks(schema_from_data({"columns": {"a": {"kind": "boolean"}}}, "t"), codes[:, 0:1])[0].violations == 1


def test_long_lists_of_values_are_cut() -> None:
    letters = list("abcdefghij")
    schema = schema_from_data(
        {
            "columns": {"c": {"kind": "categorical", "categories": letters}, "b": {"kind": "boolean"}},
            "constraints": [{"kind": "forbidden", "where": {"b": ["true"], "c": letters[:9]}}],
        },
        "test",
    )
    text = rule_text(schema.constraints[0])
    assert text == "never b = true together with c = a or b or c or d or e or f or one of 3 more"
