"""Lists of fees as the screen, print and Excel show them, by noun."""
