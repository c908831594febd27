"""The anchor networks that layers are trained in."""

from evaluators.norm_act_layers.networks.network import NETWORKS as NETWORKS
from evaluators.norm_act_layers.networks.network import Network as Network
from evaluators.norm_act_layers.networks.network import NetworkConfig as NetworkConfig
from evaluators.norm_act_layers.networks.network import build as build
from evaluators.norm_act_layers.networks.parts import LayerFunctions as LayerFunctions
from evaluators.norm_act_layers.networks.parts import Tree as Tree
