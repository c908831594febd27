"""Small questions for tests of checks."""

from evaluators.float32_functions.targets import target
from runs.float32.checking.question import Question

EXP = Question("peer", "numpy", target("exp", 1.0, 1.01))
"""NumPy's exp on 83,887 inputs."""
