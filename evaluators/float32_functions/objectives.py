"""What machine programs are scored by, known without JAX."""

from engine.protocols import Objective

OBJECTIVES = (Objective("cost", "slots", log_scale=False), Objective("max_ulp", "ULP", log_scale=True))
"""The cost of a program, and its largest error on the inputs of the last protocol that it passed."""

PROTOCOLS = ("type_and_cost", "sample", "survey", "dense", "vicinity", "exhaustive")
"""The rejection protocols, cheapest first; the last three are those of programs about to enter the front."""
