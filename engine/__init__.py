"""The evolutionary loop: selection, islands, workers, budgets; it knows no space and no evaluator by name."""
