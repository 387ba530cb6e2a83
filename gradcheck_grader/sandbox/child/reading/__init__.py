"""From bytes to statements and names: nothing that was handed in is run here."""
