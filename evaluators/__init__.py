"""Evaluators: jitted scorers, the rejection protocols in front of them, constant fitting, proofs."""
