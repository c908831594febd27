import dataclasses

from runs.export.evidence import one_line, rows, table, title


def test_an_unproven_claim_says_so(program, evidence):
    unproven = dataclasses.replace(evidence, proven_bound=None, float64_error=None)
    assert unproven.max_error == evidence.measured_error
    assert title(unproven).endswith("2.793e-8 (measured)")
    labels = dict(rows(program, unproven, "not at all"))
    assert labels["proven"] == "no proof"
    assert "float64" not in labels
    assert labels["operations"] == "7 (4 add, 2 div, 1 mul)"


def test_long_rows_are_wrapped_under_their_column():
    lines = table([("target", "x"), ("a", "word " * 60)])
    assert lines[0] == "target  x"
    assert lines[2].startswith("        word")
    assert max(map(len, lines)) <= 104


def test_control_characters_become_spaces():
    assert one_line(" a\n\x00b\u2028c\t ") == "a b c"
