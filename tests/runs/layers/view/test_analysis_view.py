import io

import pytest
from rich.console import Console

from evaluators.norm_act_layers.analysis import analyse
from runs.layers.view.analysis_view import analysis_view, rows
from search_spaces.norm_act_layers import KNOWN_LAYERS


@pytest.mark.parametrize("name", ["evonorm_b0", "gelu"])
def test_all_rows_can_be_read_at_80_columns(name):
    analysis = analyse(KNOWN_LAYERS[name])
    console = Console(file=io.StringIO(), width=80)
    console.print(analysis_view(analysis))
    text = console.file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    words = text.split()
    for heading, section in rows(analysis):
        assert heading in text
        for row in section:
            assert row.label in text
            assert set(row.value.split()) <= set(words)
    assert "numeric" in words
    assert "exact" in words
