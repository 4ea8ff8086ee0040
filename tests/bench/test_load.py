"""What wrk prints is read as it is meant."""

import pytest

from bench.load import Load, middle, read

PRINTED = """\
Running 2s test @ http://127.0.0.1:8000
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.62ms  512.00us  14.10ms   91.00%
    Req/Sec     9.95k   612.00    11.00k    70.00%
  Latency Distribution
     50%    1.53ms
     75%    1.71ms
     90%    2.02ms
     99%  870.00us
  19897 requests in 2.00s, 120.12MB read
Requests/sec:   9943.51
Transfer/sec:     60.03MB
"""


def test_a_run_without_errors() -> None:
    assert read(PRINTED) == Load(
        per_second=9943.51, p50=1.53, p99=0.87, requests=19897, failed=0, lost=0, again=0
    )


def test_errors_are_counted_whatever_they_are() -> None:
    wrong = (
        "  Socket errors: connect 1, read 20, write 0, timeout 300\n"
        "  Non-2xx or 3xx responses: 4000\nStarted again: 2\n"
    )
    found = read(PRINTED + wrong)
    assert (found.failed, found.lost, found.again) == (4000, 321, 2)


def test_anything_else_is_refused() -> None:
    with pytest.raises(ValueError, match="no output of wrk: 'unable to connect'"):
        read("unable to connect")


def test_the_middle_of_several_runs() -> None:
    runs = [
        Load(per_second=rate, p50=1.0, p99=rate / 10, requests=10, failed=1, lost=2, again=0)
        for rate in (50.0, 10.0, 30.0)
    ]
    assert middle(runs) == Load(
        per_second=30.0, p50=1.0, p99=3.0, requests=30, failed=3, lost=6, again=0
    )
