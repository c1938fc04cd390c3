"""The pages of home, by noun."""
