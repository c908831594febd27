"""Search spaces: genomes and their variation."""

from types import MappingProxyType

SPACES = MappingProxyType(
    {
        "float32_functions": "search_spaces.float32_functions.space:Float32Functions",
        "norm_act_layers": "search_spaces.norm_act_layers.space:NormActLayers",
        "real_functions": "search_spaces.real_functions:RealFunctions",
        "synthetic_data": "search_spaces.synthetic_data.space:SyntheticData",
    }
)
"""Every registered space by its name, as ``module:class``; each can be built without arguments."""
