"""From wrong numbers to the slips that give them."""
