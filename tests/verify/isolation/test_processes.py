"""What processes hold, while they come and go."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from verify.isolation.processes import usage


def test_a_process_that_ends_while_it_is_looked_at_is_no_failure() -> None:
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(subprocess.run, ["true"], check=True) for _ in range(1_000)]
        while not all(run.done() for run in runs):
            assert usage(os.getpid()).memory > 0
