"""The sandbox of a check: bubblewrap, system calls, limits, processes."""
