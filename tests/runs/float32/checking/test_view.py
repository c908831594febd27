import io

from rich.console import Console

from runs.float32.checking.view import result_table
from tests.runs.float32.checking.test_check_file import RESULT


def test_a_result_says_what_is_wrong():
    console = Console(file=io.StringIO(), width=200)
    console.print(result_table("exp by numpy", RESULT))
    lines = console.file.getvalue().splitlines()
    assert lines[0].strip() == "exp by numpy"
    assert any("greatest error" in line and "inf ULP" in line for line in lines)
    assert any("wrong at inf: nan instead of inf" in line for line in lines)
