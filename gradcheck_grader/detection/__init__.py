"""Which assignment a file was written for."""
