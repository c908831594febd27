"""The layer interpreter: trains any layer in a network that is compiled once.

A layer arrives as data, :class:`LayerCode`, and a step of training is the same compiled program for all of them: a
candidate costs no compilation.
"""

from evaluators.norm_act_layers.interpreter.code import Capacity as Capacity
from evaluators.norm_act_layers.interpreter.code import LayerCode as LayerCode
from evaluators.norm_act_layers.interpreter.code import layer_code as layer_code
from evaluators.norm_act_layers.interpreter.layer import Machine as Machine
from evaluators.norm_act_layers.interpreter.layer import layer_functions as layer_functions
from evaluators.norm_act_layers.interpreter.program import ANY_LAYER as ANY_LAYER
from evaluators.norm_act_layers.interpreter.program import Interpreter as Interpreter
from evaluators.norm_act_layers.interpreter.program import make_interpreter as make_interpreter
