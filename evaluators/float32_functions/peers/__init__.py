"""Libraries that ship the functions, called as their users call them."""

from types import MappingProxyType

PEERS = MappingProxyType(
    {
        "jnp": "evaluators.float32_functions.peers.jnp:PEER",
        "numpy": "evaluators.float32_functions.peers.numpy_scipy:PEER",
        "torch": "evaluators.float32_functions.peers.pytorch:PEER",
        "sleef": "evaluators.float32_functions.peers.sleef:PEER",
        "libmvec": "evaluators.float32_functions.peers.libmvec:PEER",
    }
)
"""Every peer by its name, as ``module:value``; the values are ``peers.peer.Peer``."""
