"""Many submissions: who handed in what, a resumable run, and what is made of its results."""
