"""The evolution of synthetic tables towards noisy answers: moves that are scored exactly, and the evaluator."""
