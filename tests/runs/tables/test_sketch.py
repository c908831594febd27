from typing import Any

import pyarrow as pa
import pytest

from runs.tables.sketch import MOST_CATEGORIES, Sketch


def _keys(*batches: Any) -> dict[str, Any] | None:
    sketch = Sketch()
    for batch in batches:
        sketch.add(pa.array(batch))
    return sketch.keys()


@pytest.mark.parametrize(
    ("batches", "keys"),
    [
        ([["1", "20"], ["-3"]], {"kind": "integer", "lower": -3, "upper": 20}),
        ([["1", "2.0"], ["?"]], {"kind": "integer", "lower": 1, "upper": 2, "missing": True}),
        ([[1.0, None], [7.0]], {"kind": "integer", "lower": 1, "upper": 7, "missing": True}),
        ([["1", "inf"], ["0.25"]], {"kind": "real", "lower": 0.25, "upper": 1.0}),
        ([[str(2**63)], ["0"]], {"kind": "real", "lower": 0.0, "upper": float(2**63)}),
        ([[str(2**61 + 1)]], {"kind": "integer", "lower": 2**61 + 1, "upper": 2**61 + 1}),
        ([["1"], ["x"]], {"kind": "categorical", "categories": ["1", "x"]}),
        ([["02139", "10115"]], {"kind": "categorical", "categories": ["02139", "10115"]}),
        ([["True"], ["false", ""]], {"kind": "boolean", "missing": True}),
        ([[True, False]], {"kind": "boolean"}),
        ([["0", "1"]], {"kind": "integer", "lower": 0, "upper": 1}),
        ([["2020-01-31"], [" 0999-12-31"]], {"kind": "date", "lower": "0999-12-31", "upper": "2020-01-31"}),
        ([["2020-01-31"], ["2020-02-30"]], {"kind": "categorical", "categories": ["2020-01-31", "2020-02-30"]}),
        ([[None, None]], None),
        ([["inf", "-inf"]], {"kind": "categorical", "categories": ["-inf", "inf"]}),
        ([], None),
    ],
)
def test_the_kind_is_guessed_from_all_batches(batches: list[Any], keys: dict[str, Any] | None) -> None:
    assert _keys(*batches) == keys


def test_too_many_texts_are_no_categories() -> None:
    names = [f"name {i:04}" for i in range(MOST_CATEGORIES + 1)]
    assert _keys(names[:-1]) == {"kind": "categorical", "categories": names[:-1]}
    assert _keys(names) is None
    assert _keys(*([name] for name in names)) is None


def test_repeated_values_are_noticed() -> None:
    sketch = Sketch()
    sketch.add(pa.array(["1", "2", None, None]))
    assert not sketch.repeats
    sketch.add(pa.array(["3", "3"]))
    assert sketch.repeats


def test_a_category_of_a_dictionary_that_no_row_has_is_not_guessed() -> None:
    sketch = Sketch()
    sketch.add(pa.DictionaryArray.from_arrays(pa.array([0, 0]), pa.array(["a", "unused"])))
    assert sketch.keys() == {"kind": "categorical", "categories": ["a"]}


def test_nested_values_are_refused() -> None:
    with pytest.raises(ValueError, match="holds values of type"):
        Sketch().add(pa.array([[1]]))
