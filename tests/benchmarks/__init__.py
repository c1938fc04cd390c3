"""Figures, not tests: each file prints ratios measured in one run."""
