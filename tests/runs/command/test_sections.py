from runs.command.sections import LINEAGE_ROWS, lineage_lines, sections_text


def test_headings_stand_above_their_lines() -> None:
    assert sections_text([("", ["a"]), ("b", ["c", "d"])]).plain == "a\n\nb\nc\nd\n"


def test_ancestors_beyond_the_limit_are_counted() -> None:
    rows = [{"id": i, "operator": "mutate", "parents": [i + 1]} for i in range(LINEAGE_ROWS + 3)]
    lines = lineage_lines(rows, lambda row: f"figure {row['id']}")
    assert lines[0].split() == ["0", "mutate", "figure", "0", "from", "1"]
    assert lines[-1] == "... and 3 older ones"
    assert lineage_lines([{"id": 4, "operator": "random", "parents": None}], lambda _: "1")[0].endswith("from nothing")
