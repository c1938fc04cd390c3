"""Who is on duty and why, who stands in, how a shift is handed over (值班与交接班)."""
