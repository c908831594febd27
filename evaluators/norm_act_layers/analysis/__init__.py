"""The analysis of a layer: what it does to numbers, scales and gradients, and what each node is good for."""

from evaluators.norm_act_layers.analysis.ablation import Ablated as Ablated
from evaluators.norm_act_layers.analysis.ablation import ablated_layers as ablated_layers
from evaluators.norm_act_layers.analysis.analysis import Analysis as Analysis
from evaluators.norm_act_layers.analysis.analysis import analyse as analyse
