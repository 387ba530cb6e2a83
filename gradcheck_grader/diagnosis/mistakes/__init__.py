"""What can go wrong in a step, as formulas, and the catalogue of it all."""
