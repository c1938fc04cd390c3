"""What duty asks for, by noun."""
