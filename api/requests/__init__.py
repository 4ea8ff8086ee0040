"""Parameters and lookups that several front ends share."""
