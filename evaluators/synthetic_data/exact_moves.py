"""Evolution by exact moves: the table is annealed, sweep by sweep, under residuals that are never approximate."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from engine.keys import fold_in
from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.landscape import Landscape
from evaluators.synthetic_data.row_sweep import RowSweeper
from evaluators.synthetic_data.settings import EvolutionConfig
from evaluators.synthetic_data.sweep import Sweeper
from search_spaces.synthetic_data.table import Table


class ExactMoves:
    """Evolves tables of one landscape.

    Args:
        landscape: that scores them.
        config: the annealing schedule.
    """

    def __init__(self, landscape: Landscape, config: EvolutionConfig) -> None:
        self._landscape, self._config = landscape, config
        self._sweeper, self._row_sweeper = Sweeper(landscape), RowSweeper(landscape, config)
        # Entropy grows with the rows and the answers' information does not: more rows need a lower temperature.
        self._scale = max(1.0, landscape.scale)

    def evolve(self, table: Table, key: int) -> tuple[Table, dict[str, float]]:
        """Returns the table after an epoch's sweeps; equal arguments give equal tables.

        Args:
            table: of the landscape's number of rows.
            key: of every draw.

        Returns:
            the table, and figures on the epoch by name: ``inverse_temperature`` of its last sweep.
        """
        cells, dense = self._landscape.residuals(table.codes)
        residuals = Residuals(jnp.asarray(cells), jnp.asarray(dense))
        drawn = self._sweeper.padded(self._landscape.letters(table.codes))
        sweeps, beta = table.sweeps + self._config.sweeps_per_epoch, 0.0
        for sweep in range(table.sweeps, sweeps):
            sweep_key = jax.random.key(fold_in(key, "sweep", sweep) >> 31)
            beta = self._scale * inverse_temperature(self._config, sweep)
            drawn, residuals = self._sweeper.sweep(drawn, residuals, beta, sweep_key)
            drawn, residuals = self._row_sweeper.sweep(drawn, residuals, beta, fold_in(key, "rows", sweep))
        rng = np.random.Generator(np.random.Philox(fold_in(key, "codes")))
        codes = self._landscape.redrawn(table.codes, np.asarray(drawn)[:, : table.num_rows], rng)
        return Table(codes, sweeps), {"inverse_temperature": beta}


def inverse_temperature(config: EvolutionConfig, sweep: int) -> float:
    """Returns the inverse temperature of a sweep, in units of the noise.

    Args:
        config: the annealing schedule.
        sweep: counted from 0; after the schedule's last the temperature stays.
    """
    progress = min(1.0, (sweep + 1) / config.sweeps) if config.sweeps == 1 else min(1.0, sweep / (config.sweeps - 1))
    first, last = config.first_inverse_temperature, config.last_inverse_temperature
    return float(first * (last / first) ** progress)
