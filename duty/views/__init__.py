"""The pages of duty, by noun."""
