"""Commands about what readers give back: reports, gaps, proposals."""
