"""Evolution by exact moves: the table is annealed, sweep by sweep, under residuals that are never approximate."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from engine.keys import fold_in
from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.landscape import Landscape
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
        self._sweeper = Sweeper(landscape)
        # Entropy grows with the rows and the answers' information does not: more rows need a lower temperature.
        self._scale = max(1.0, landscape.scale)

    def evolve(self, table: Table, key: int) -> Table:
        """Returns the table after an epoch's sweeps; equal arguments give equal tables.

        Args:
            table: of the landscape's number of rows.
            key: of every draw.
        """
        letters = self._landscape.letters(table.codes)
        cells, dense = self._landscape.residuals(table.codes)
        residuals = Residuals(jnp.asarray(cells), jnp.asarray(dense))
        drawn = self._sweeper.padded(letters)
        for sweep in range(table.sweeps, table.sweeps + self._config.sweeps_per_epoch):
            sweep_key = jax.random.key(fold_in(key, "sweep", sweep) >> 31)
            beta = self._scale * inverse_temperature(self._config, sweep)
            drawn, residuals = self._sweeper.sweep(drawn, residuals, beta, sweep_key)
        rng = np.random.Generator(np.random.Philox(fold_in(key, "codes")))
        after = np.asarray(drawn)[:, : table.num_rows]
        columns = [
            alphabet.redrawn(table.codes[:, c], after[c], rng) for c, alphabet in enumerate(self._landscape.alphabets)
        ]
        return Table(np.stack(columns, axis=1), table.sweeps + self._config.sweeps_per_epoch)


def inverse_temperature(config: EvolutionConfig, sweep: int) -> float:
    """Returns the inverse temperature of a sweep, in units of the noise.

    Args:
        config: the annealing schedule.
        sweep: counted from 0; after the schedule's last the temperature stays.
    """
    progress = min(1.0, (sweep + 1) / config.sweeps) if config.sweeps == 1 else min(1.0, sweep / (config.sweeps - 1))
    first, last = config.first_inverse_temperature, config.last_inverse_temperature
    return float(first * (last / first) ** progress)
