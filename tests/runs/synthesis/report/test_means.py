import pandas as pd
import pytest

from runs.synthesis.report.means import means
from tests.runs.synthesis.report.answers import answers, table


def test_means_are_those_of_pandas() -> None:
    synthetic, private = table(600, 1), table(900, 2)
    specs = [{"kind": "conditional_means", "value": "size", "by": "colour"}]
    (found,) = means(answers(specs, synthetic, private, 0.0))
    assert (found.value, found.by, found.labels, found.more) == ("size", "colour", ("red", "green", "blue"), 0)
    for texts, codes in ((found.synthetic, synthetic), (found.measured, private)):
        frame = pd.DataFrame(codes, columns=["colour", "size", "sold"])
        present = frame[frame["size"] < 40]
        expected = present.groupby("colour")["size"].mean() + 1
        assert [float(text) for text in texts] == pytest.approx(list(expected), abs=0.2)


def test_a_group_without_rows_has_no_mean() -> None:
    codes = table(100, 1)
    codes[:, 0] = 0
    (found,) = means(answers([{"kind": "conditional_means", "value": "size", "by": "colour"}], codes, codes, 0.0))
    assert found.synthetic[1] == "no rows"
