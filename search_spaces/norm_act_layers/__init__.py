"""Normalization-activation layers: their graphs, their canonical form, known ones, and their variation."""

from search_spaces.norm_act_layers.canonical_form import canonical as canonical
from search_spaces.norm_act_layers.canonical_form import fingerprint as fingerprint
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS as KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import Layer as Layer
from search_spaces.norm_act_layers.layer import Leaf as Leaf
from search_spaces.norm_act_layers.layer import Node as Node
from search_spaces.norm_act_layers.layer import decode as decode
from search_spaces.norm_act_layers.layer import encode as encode
from search_spaces.norm_act_layers.layer import live_nodes as live_nodes
from search_spaces.norm_act_layers.layer import validate as validate
from search_spaces.norm_act_layers.space import NormActLayers as NormActLayers
