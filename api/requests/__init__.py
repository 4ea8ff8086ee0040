"""What several front ends read from a request in the same way."""
