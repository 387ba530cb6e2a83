"""Which statement computes which gradient."""
