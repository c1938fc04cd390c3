"""Forms of goods passes."""
