from pathlib import Path

import numpy as np
import pytest

from runs.privacy.ledger_text import LEDGER_FILE, read_ledger
from tests.benchmarks.large_table import NUM_ROWS, search_arguments, two_way_errors, write_source
from tests.benchmarks.usage import measured


@pytest.mark.slow
@pytest.mark.timeout(4200)
def test_a_million_rows_with_all_two_way_marginals_fit_8_gib_and_an_hour(tmp_path: Path) -> None:
    write_source(tmp_path, NUM_ROWS)
    usage = measured(search_arguments(tmp_path), limit_seconds=3600)
    assert usage.together < 8 * 2**30
    largest, mean = two_way_errors(tmp_path)
    (sigma,) = {release.mechanism.sigma for release in read_ledger(tmp_path / "run" / LEDGER_FILE).releases}
    # the table is closer to the private one than the noisy answers are
    assert mean < np.sqrt(2 / np.pi) * sigma / NUM_ROWS
    assert largest < 6 * sigma / NUM_ROWS
