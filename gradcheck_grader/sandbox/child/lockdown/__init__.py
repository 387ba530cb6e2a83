"""What the process gives up before it sees a byte of what was handed in."""
