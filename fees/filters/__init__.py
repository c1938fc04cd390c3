"""What may be asked of the lists of fees, by noun."""
