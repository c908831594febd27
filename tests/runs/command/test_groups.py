import pytest

from runs.command.command import option
from runs.command.groups import SHARED, grouped


def test_an_option_of_two_kinds_stands_once_and_says_what_it_means_to_each() -> None:
    table = option("--data", "a table", metavar="FILE")
    images = option("--data", "images", metavar="FOLDER")
    rows, width = option("--rows", "of the table", type=int), option("--width", "of networks", type=int)
    groups = grouped({"tables": (table, rows), "layers": (images, width), "empty": ()})
    assert groups == {
        SHARED: ((("--data",), {"help": "tables: a table; layers: images"}),),
        "tables": (rows,),
        "layers": (width,),
    }


def test_options_that_are_read_in_different_ways_cannot_share_a_name() -> None:
    with pytest.raises(AssertionError, match="read in different ways by tables, layers"):
        grouped({"tables": (option("--rows", "a number", type=int),), "layers": (option("--rows", "a text"),)})
