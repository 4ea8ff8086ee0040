"""What answers look like, for every front end. Below the front ends, above the corpus."""
