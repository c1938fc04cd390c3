"""What keys, loans, seals, filing cabinets and stock-takes ask for."""
