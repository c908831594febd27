"""How much a network's loss depends on whether its layers use the statistics of the batch or the running ones."""

from __future__ import annotations

import jax
import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.batches import scored_batches
from evaluators.norm_act_layers.compilation import compiler_options
from evaluators.norm_act_layers.descent import Training
from evaluators.norm_act_layers.images import Images, Part
from evaluators.norm_act_layers.training import Program


def train_eval_gap(program: Program, training: Training, images: Images, part: Part) -> float:
    """Returns the difference of the mean losses in either mode, 1 where it is greater or not finite.

    Args:
        program: of the training.
        training: as it stands at its end.
        images: whose normalisation is used.
        part: of the images, to measure on; all but those of an incomplete last batch, if there is another.
    """

    def in_training(training: Training, x: jax.Array) -> jax.Array:
        return program.network.forward(*program.model(training), x, True)[0]

    batch_logits = jax.jit(in_training, compiler_options=compiler_options())
    gaps: list[float] = []
    for batch in scored_batches(images, part, program.network.config.image_size):
        labels = np.asarray(batch.labels)
        # Padding would count in the statistics of the batch.
        if (labels >= 0).all() or not gaps:
            batched, running = (logits(training, batch.images) for logits in (batch_logits, program.logits))
            gaps.append(_loss(batched, labels) - _loss(running, labels))
    gap = abs(sum(gaps) / len(gaps))
    return gap if gap < 1 else 1.0


def _loss(logits: jax.Array, labels: NDArray[np.int32]) -> float:
    some = labels >= 0
    rows = np.asarray(logits, np.float64)[some]
    with np.errstate(all="ignore"):
        rows = rows - rows.max(1, keepdims=True)
        losses = np.log(np.exp(rows).sum(1)) - rows[np.arange(len(rows)), labels[some]]
    return float(losses.mean())
