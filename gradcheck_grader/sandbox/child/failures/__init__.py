"""What a student's exception means, and where it comes from."""
