"""The smallest case that fails, worked by hand."""
