"""Pages of goods passes: at the desk, on paper, at the gate."""
