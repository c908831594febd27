from typing import Any

import pytest

from search_spaces.synthetic_data.column import Column

RANGE = {"lower": 0, "upper": 9}
NAMES = {"categories": ("a", "b")}


@pytest.mark.parametrize(
    ("kind", "keys", "message"),
    [
        ("categoric", NAMES, "kind 'categoric' is unknown; did you mean 'categorical'"),
        ("categorical", {}, "categorical needs its categories"),
        ("categorical", {"categories": ("a", "b", "a")}, "categories must be distinct; 'a' is given twice"),
        ("categorical", {"categories": ("a", 3)}, 'a category must be a text, not 3; write "3" with quotes'),
        ("categorical", {"categories": "ab"}, "categories must be a tuple, not 'ab'"),
        ("categorical", {"categories": ("(missing)",), "missing": True}, "is the name of the null"),
        ("categorical", NAMES | {"lower": 0}, "lower, upper and cells are for integer, real and date"),
        ("categorical", NAMES | {"cells": 4}, "lower, upper and cells are for integer, real and date"),
        ("categorical", NAMES | {"outside": "clamp"}, "outside = 'clamp' is for numbers and dates; give other"),
        ("categorical", NAMES | {"other": "c"}, "other = 'c' is no category"),
        ("categorical", NAMES | {"other": 3}, "a category must be a text"),
        ("boolean", NAMES, "categories are for categorical and ordinal, not for boolean"),
        ("boolean", {"other": "true"}, "other is for categorical and ordinal"),
        ("integer", {"upper": 9}, "lower is missing"),
        ("integer", {"lower": 9}, "upper is missing"),
        ("integer", RANGE | {"categories": ("1",)}, "categories are for categorical and ordinal"),
        ("integer", {"lower": 9, "upper": 0}, "lower = 9 is above upper = 0; exchange them"),
        ("integer", {"lower": 0.5, "upper": 9}, "lower must be a whole number, not 0.5; or set kind = 'real'"),
        ("integer", {"lower": False, "upper": 9}, "lower must be a whole number, not False"),
        ("integer", {"lower": 0, "upper": 2**63}, "is beyond 2\\*\\*62"),
        ("integer", RANGE | {"cells": 11}, "cells = 11 exceeds the 10 values from 0 to 9"),
        ("integer", RANGE | {"cells": -1}, "cells must be 0 or more, not -1"),
        ("integer", RANGE | {"cells": True}, "cells must be a whole number, not True"),
        ("integer", RANGE | {"groups": -1}, "groups must be 0 or more, not -1"),
        ("integer", RANGE | {"outside": "drop"}, "outside must be refuse or clamp, not 'drop'"),
        ("integer", RANGE | {"unique": True, "missing": True}, "a unique column has no nulls"),
        ("integer", {"lower": 0, "upper": 2**40, "unique": True}, "over the limit of 2,147,483,646; narrow it"),
        ("integer", {"lower": 0, "upper": 2**40, "cells": 2**30}, "over the limit of 1,048,576; narrow it"),
        ("integer", RANGE | {"missing": 1}, "missing must be true or false, not 1"),
        ("real", {"lower": float("nan"), "upper": 1}, "lower must be a finite number, not nan"),
        ("real", {"lower": 0, "upper": float("inf")}, "upper must be a finite number, not inf"),
        ("real", {"lower": "0", "upper": 1}, "lower must be a finite number, not '0'"),
        ("real", {"lower": -1.7e308, "upper": 1.7e308}, "too wide for doubles"),
        ("real", {"lower": 10**400, "upper": 10**401}, "lower must be a finite number"),
        ("real", {"lower": 1.0, "upper": 1.0 + 2**-52, "cells": 9}, "9 cells are too many for the doubles"),
        ("real", {"lower": 1, "upper": 1, "cells": 9}, "lower equals upper; leave cells out"),
        ("real", {"lower": 0, "upper": 1, "cells": 2**21}, "cells must be at most 1,048,576"),
        ("date", {"lower": "2020-02-30", "upper": "2021-01-01"}, "'2020-02-30' is not a date of the calendar"),
        ("date", {"lower": 2020, "upper": 2021}, "lower must be a date as YYYY-MM-DD, not 2020"),
        ("date", {"lower": "2021-01-01", "upper": "2020-01-01"}, "lower = 2021-01-01 is above upper = 2020-01-01"),
    ],
)
def test_a_column_that_contradicts_itself_is_refused_in_one_line(kind: Any, keys: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        Column("c", kind, **keys)
    assert str(caught.value).startswith("column 'c': ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["", 3, None])
def test_a_name_is_a_text(name: Any) -> None:
    with pytest.raises(ValueError, match="a column's name must be a text that is not empty"):
        Column(name, "boolean")


@pytest.mark.parametrize(
    ("keys", "size"),
    [
        ({"kind": "integer", "lower": 0, "upper": 1023}, 1024),
        ({"kind": "integer", "lower": 0, "upper": 1024}, 256),
        ({"kind": "integer", "lower": 0, "upper": 1024, "unique": True}, 1025),
        ({"kind": "integer", "lower": 0, "upper": 1024, "cells": 1025}, 1025),
        ({"kind": "date", "lower": "2020-01-01", "upper": "2020-12-31"}, 366),
        ({"kind": "date", "lower": "2000-01-01", "upper": "2020-12-31"}, 256),
        ({"kind": "real", "lower": 0, "upper": 1}, 256),
        ({"kind": "real", "lower": 0, "upper": 1, "cells": 7}, 7),
    ],
)
def test_the_default_number_of_cells(keys: Any, size: int) -> None:
    assert Column("c", **keys).size == size
