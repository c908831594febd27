import math

from runs.command.curve import curve_text


def _dots(lines: list[str]) -> set[tuple[int, int]]:
    bits = {
        0x01: (0, 0),
        0x02: (0, 1),
        0x04: (0, 2),
        0x40: (0, 3),
        0x08: (1, 0),
        0x10: (1, 1),
        0x20: (1, 2),
        0x80: (1, 3),
    }
    found = set()
    for row, line in enumerate(lines):
        for column, character in enumerate(line.split("|")[1]):
            for bit, (dx, dy) in bits.items():
                if (ord(character) - 0x2800) & bit:
                    found.add((2 * column + dx, 4 * row + dy))
    return found


def test_each_value_has_its_dot_where_it_belongs() -> None:
    values = [math.sin(0.3 * i) for i in range(40)]
    dots = _dots(curve_text(values, width=20, height=5))
    scale = max(map(abs, values))
    assert dots == {(i, round((1 - value / scale) / 2 * 19)) for i, value in enumerate(values)}


def test_the_scale_is_labelled() -> None:
    lines = curve_text([0.0, -0.25, 0.125], width=4, height=3)
    assert [line.split("|")[0].strip() for line in lines] == ["+2.500e-01", "0", "-2.500e-01"]


def test_a_curve_of_zeros_is_drawn_on_the_zero_line() -> None:
    assert {y for _, y in _dots(curve_text([0.0] * 8, width=4, height=3))} == {6}
