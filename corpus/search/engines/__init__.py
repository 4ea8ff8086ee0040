"""Full-text engines: one package each, and the registry that opens them."""
