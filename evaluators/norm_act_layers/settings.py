"""Settings of the evaluation of layers, free of JAX so that a driver can read them without importing it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

TRAINING_FREE = ("input", "spatial", "finite", "gain", "nonlinear", "gradient", "scale", "duplicate")
"""The training-free protocols, cheapest first: the order in which they run."""

PROTOCOL_ORDER = (*TRAINING_FREE, "depth", "stability", "rehearsal", "quality", "training")
"""All protocols, cheap to dear."""


@dataclass(frozen=True, slots=True)
class ProtocolsConfig:
    """What the training-free protocols let pass; a figure on a threshold passes.

    The bounds are wide: they turn away what cannot train, and leave what may be bad to the protocols that train it.
    Of 60 random layers beyond them, 2 reached an accuracy of 20 % within 100 steps of a residual network of 7 places
    on 8x8 CIFAR-10, and neither 21 %; of 19 within them 5 did, and up to 36 %.

    Attributes:
        training_free: the protocols that run, by name, in any order; a protocol left out turns nothing away.
        min_spatial: least root mean square deviation of the output within an image, over that of the whole output.
            Rounding alone makes about 1e-7, and 1e-6 where values cancel.
        min_gain: least standard deviation of the output over that of the input.
        max_gain: greatest of the same.
        min_gradient: least norm of the loss gradient behind the layer over that before it.
        max_gradient: greatest of the same.
        min_nonlinearity: least share of the output's variance that gamma * x + beta, fitted to a batch, does not
            explain. The linear layers measure 1e-12 or less; 1e-6 is a deviation of 0.1 % of the output's own.
        max_growth: greatest degree d with which the output grows, like the input's scale to the power d, or to -d where
            the input becomes small; degrees multiply from layer to layer. Of 39 random layers beyond it that were
            trained like those above, 36 became NaN and none learned.
    """

    training_free: tuple[str, ...] = TRAINING_FREE
    min_spatial: float = 1e-5
    min_gain: float = 1e-3
    max_gain: float = 1e3
    min_gradient: float = 1e-3
    max_gradient: float = 1e3
    min_nonlinearity: float = 1e-6
    max_growth: float = 1.35

    def __post_init__(self) -> None:
        object.__setattr__(self, "training_free", tuple(self.training_free))
        for name in self.training_free:
            if name not in TRAINING_FREE:
                raise ValueError(
                    f"training_free has the unknown protocol {name!r}; use some of: {', '.join(TRAINING_FREE)}"
                )
        for name in ("min_spatial", "min_gain", "max_gain", "min_gradient", "max_gradient", "min_nonlinearity"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise ValueError(f"{name} must be a finite number, 0 or more, not {value}")
        if not math.isfinite(self.max_growth):
            raise ValueError(f"max_growth must be a finite number, not {self.max_growth}")
        for least, most in (("min_gain", "max_gain"), ("min_gradient", "max_gradient")):
            if getattr(self, least) >= getattr(self, most):
                raise ValueError(
                    f"{least} must be less than {most}, not {getattr(self, least)} to {getattr(self, most)}"
                )


ANCHORS = ("resnet", "mobilenet", "efficientnet", "vit")
"""The networks that candidates can be trained in."""

ENGINES = ("interpreted", "compiled", "population")
"""What can train candidates."""


@dataclass(frozen=True, slots=True)
class AnchorsConfig:
    """The networks that every candidate is trained in, and what counts besides their errors.

    Attributes:
        networks: some of :data:`ANCHORS`; each one's error is an objective. The first is that of the test of quality.
        width: channels of the stem.
        depth: factor of the blocks of each stage, of which there is at least one; 0.1 leaves one in each.
        image_size: of the crops that networks take; 0 for the size of the images.
        small_batch: images per batch of another training in the first network, whose error is an objective too; the
            learning rate is lowered in proportion. From 2 to 8, or 0 for none.
        train_eval_gap: whether the difference between the losses with the statistics of batches and with the running
            ones, after training in the first network, is an objective.
        engine: one of :data:`ENGINES`. ``interpreted`` compiles each network once for all layers, which takes about as
            long as compiling five of them into it, and is kept on the disk; ``compiled`` compiles each layer;
            ``population`` interprets all layers of a generation at once, the way on a GPU, for which generations must
            be large, such as 64 with ``batch_size = 64`` in ``[islands]``. Empty: ``population`` on a GPU, unless there
            is a ``train_eval_gap``, else ``interpreted``.
    """

    networks: tuple[str, ...] = ("resnet", "mobilenet", "efficientnet")
    width: int = 8
    depth: float = 0.1
    image_size: int = 0
    small_batch: int = 0
    train_eval_gap: bool = False
    engine: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "networks", tuple(self.networks))
        for name in self.networks:
            if name not in ANCHORS:
                raise ValueError(f"networks has the unknown {name!r}; use some of: {', '.join(ANCHORS)}")
        if not self.networks or len(set(self.networks)) < len(self.networks):
            raise ValueError(f"networks must be different and at least one, not {list(self.networks)}")
        for name, least in {"width": 1, "image_size": 0}.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")
        if not 0 < self.depth <= 100:
            raise ValueError(f"depth must be above 0 and at most 100, not {self.depth}")
        if self.engine and self.engine not in ENGINES:
            raise ValueError(f"engine must be one of {', '.join(ENGINES)}, or empty, not {self.engine!r}")
        if self.engine == "population" and self.train_eval_gap:
            raise ValueError(
                "engine must not be population where train_eval_gap is an objective, which it cannot measure; use "
                "interpreted, or leave it empty"
            )
        if self.small_batch and not 2 <= self.small_batch <= 8:
            raise ValueError(f"small_batch must be from 2 to 8, or 0 for none, not {self.small_batch}")


@dataclass(frozen=True, slots=True)
class StabilityConfig:
    """When a candidate's gradients explode or vanish, so that it is not trained.

    Attributes:
        depth: layers in a row, each behind a random matrix, through which gradients are followed at initialisation; 0
            leaves the protocol ``depth`` out.
        min_depth_gradient: least norm of the gradient at the first of them over that at the last.
        max_depth_gradient: greatest of the same.
        steps: of gradient ascent on the weights, which maximises the norm of the loss gradient (Liu et al. 2020,
            section 4.4); 0 leaves the protocol ``stability`` out.
        max_gradient_norm: greatest norm that may be reached, as in the paper.
    """

    depth: int = 16
    min_depth_gradient: float = 1e-8
    max_depth_gradient: float = 1e8
    steps: int = 100
    max_gradient_norm: float = 1e8

    def __post_init__(self) -> None:
        for name in ("depth", "steps"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, not {getattr(self, name)}")
        for name in ("min_depth_gradient", "max_depth_gradient", "max_gradient_norm"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be a finite number, 0 or more, not {getattr(self, name)}")
        if self.min_depth_gradient >= self.max_depth_gradient:
            raise ValueError(
                "min_depth_gradient must be less than max_depth_gradient, not "
                f"{self.min_depth_gradient} to {self.max_depth_gradient}"
            )


Bounds: TypeAlias = tuple[tuple[float, float], ...]
"""Pairs of a step and a bound that holds from there on; both in order, and bounds falling."""


@dataclass(frozen=True, slots=True)
class QualityConfig:
    """When a candidate learns too little in its first steps to be trained in all networks.

    Losses are means of the ten steps up to a step, as shares of the loss of guessing. A candidate whose loss is above a
    bound has failed, without the steps that are left.

    The bounds were fitted on 16x16 CIFAR-10 at width 8 to 115 random layers of both presets, all different and past the
    protocols before, and to 26 known ones, each trained for 100 steps. Of the 34 that reached 20 %, the rehearsal turns
    away none, and the bounds on losses 1, which reached 22.8 %: false rejections of 3 % (0.5 to 15 %, 95 % interval
    after Wilson) on the sample of the fit. Of the 107 others the rehearsal turns away 76, and the bounds on losses the
    rest, after 29 steps on average. Those of the first 40 steps leave room for layers that start slowly elsewhere.

    Attributes:
        rehearsal_steps: in a small network without a compiler; 0 leaves the protocol ``rehearsal`` out.
        max_rehearsal_losses: pairs of a step of the rehearsal and a bound.
        steps: in the first network; 0 leaves the protocols ``quality`` and ``rehearsal`` out.
        max_losses: pairs of a step in the first network and a bound; empty to let all make all steps.
        min_skill: least accuracy after them, as a share of the way from chance to perfection: a ninth is the paper's
            20 % of ten classes.
    """

    rehearsal_steps: int = 100
    max_rehearsal_losses: Bounds = ((10, 4.0), (30, 1.25), (60, 1.2), (100, 1.02))
    steps: int = 100
    max_losses: Bounds = ((10, 1.5), (20, 1.15), (30, 1.05), (40, 1.0), (50, 0.98), (70, 0.96))
    min_skill: float = 1 / 9

    def __post_init__(self) -> None:
        for name in ("rehearsal_steps", "steps"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, not {getattr(self, name)}")
        for name in ("max_rehearsal_losses", "max_losses"):
            if any(len(pair) != 2 for pair in getattr(self, name)):
                raise ValueError(
                    f"{name} must be pairs of a step and a bound, such as [[10, 1.2], [20, 1.1]], not "
                    f"{[list(pair) for pair in getattr(self, name)]}"
                )
            pairs = tuple((float(step), float(bound)) for step, bound in getattr(self, name))
            object.__setattr__(self, name, pairs)
            for (step, bound), (later, lower) in pairwise(((0.0, math.inf), *pairs)):
                if not (step < later and 0 < lower <= bound):
                    raise ValueError(
                        f"{name} must have rising steps and falling bounds above 0, not {bound:g} at step {step:g} and "
                        f"{lower:g} at step {later:g}"
                    )
        if not 0 <= self.min_skill < 1:
            raise ValueError(f"min_skill must be from 0 to less than 1, not {self.min_skill}")

    def min_accuracy(self, num_classes: int) -> float:
        """Returns the least accuracy for a number of classes."""
        return (1 + self.min_skill * (num_classes - 1)) / num_classes
