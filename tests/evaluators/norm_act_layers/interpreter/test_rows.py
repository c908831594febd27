from evaluators.norm_act_layers.interpreter.rows import OUTPUT, Row, fuse, in_runs, without_copy

A, B, C, D, E = (("value", number) for number in range(5))


def test_a_product_that_is_only_added_is_fused_with_the_sum():
    rows = [Row("mul", (A, B), C), Row("sub", (D, C), E)]
    assert fuse(rows) == [Row("multiply_from", (A, B, D), E)]
    assert fuse([rows[0], Row("sub", (C, D), E)]) == [Row("multiply_sub", (A, B, D), E)]
    assert fuse([rows[0], Row("add", (D, C), E)]) == [Row("multiply_add", (A, B, D), E)]


def test_a_product_that_is_used_again_is_not():
    rows = [Row("mul", (A, B), C), Row("add", (C, D), E), Row("tanh", (C,), D)]
    assert fuse(rows) == rows
    squared = [Row("mul", (A, B), C), Row("add", (C, C), E)]
    assert fuse(squared) == squared


def test_the_last_value_is_written_to_where_it_is_copied():
    rows = [Row("tanh", (A,), B), Row("copy", (B,), OUTPUT)]
    assert without_copy(rows) == [Row("tanh", (A,), OUTPUT)]
    from_before = [Row("tanh", (A,), B), Row("copy", (C,), OUTPUT)]
    assert without_copy(from_before) == from_before
    used_twice = [Row("tanh", (A,), B), Row("add", (B, A), C), Row("copy", (B,), OUTPUT)]
    assert without_copy(used_twice) == used_twice


def test_rows_that_need_an_average_come_in_the_run_behind_it():
    fetch, centre = Row("fetch_x", (), A), Row("sub", (A, B), C)
    mean, square, over_places = Row("average_s", (A,), B), Row("mul", (C, C), D), Row("average_c", (D,), E)
    apart = Row("neg", (A,), ("value", 9))
    runs = in_runs([fetch, mean, centre, square, over_places, apart])
    assert [run.narrow for run in runs] == [[fetch, apart], [centre, square]]
    assert [run.wide for run in runs] == [[mean], [over_places]]
