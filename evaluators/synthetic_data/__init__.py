"""The evolution of synthetic tables towards noisy answers: exact scores of every move, and the evaluator around them."""
