"""How the tables came to be, and the version they are of."""
