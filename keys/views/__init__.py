"""The pages of keys, by noun."""
