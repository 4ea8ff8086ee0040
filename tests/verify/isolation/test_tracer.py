"""What is told of the programs in a sandbox is what the kernel saw, not what they say."""

import threading
from collections.abc import Callable

import pytest

from tests.verify.conftest import LIMITS
from verify.isolation.sandbox import Bubblewrap
from verify.isolation.session import Execution, Session

_THREAD = """
import threading
threading.Thread(target=print, args=("No module named",)).start()
"""

Run = Callable[[str], Execution]


@pytest.fixture
def run(sandbox: Bubblewrap) -> Run:
    """Runs a command in a sandbox of its own."""

    def once(command: str) -> Execution:
        with sandbox.shell() as shell:
            return Session(shell, LIMITS).run(command, seconds=15)

    return once


def test_programs_are_called_what_was_executed(run: Run) -> None:
    assert run("ls / >/dev/null; python3 -c 'pass'").trace.commands == {"ls", "python3"}


def test_what_ran_before_is_not_of_this_command(sandbox: Bubblewrap) -> None:
    with sandbox.shell() as shell:
        session = Session(shell, LIMITS)
        session.run("ls", seconds=15)
        assert session.run("cat /dev/null", seconds=15).trace.commands == {"cat"}


def test_a_script_is_named_with_its_interpreter(run: Run) -> None:
    script = "printf '#!/usr/bin/env python3\\nprint(3+4)\\n' > app; chmod +x app; ./app"
    ran = run(script)
    assert {"env", "python3"} < ran.trace.commands
    assert ran.trace.writer("7") == "python3"


@pytest.mark.parametrize(
    "command",
    [
        "ln -s /usr/bin/true git; ./git",
        "cp /usr/bin/true /tmp/git; /tmp/git",
        "mkdir bin; ln -s /usr/bin/true bin/git; PATH=$PWD/bin:$PATH; git",
        "bash -c 'exec -a git true'",
        "echo true > git; sh git",
    ],
)
def test_a_stub_does_not_pass_for_the_program(run: Run, command: str) -> None:
    ran = run(command)
    assert ran.status == 0
    assert "git" not in ran.trace.commands


@pytest.mark.parametrize(
    ("command", "writer"),
    [
        ("python3 -c 'import nope' 2>&1 | cat", "python3"),
        ("python3 -c 'import nope' 2> log; cat log", "python3"),
        ("bash -c 'echo No module named | tr -d Q'", "bash"),
        ("printf 'Tm8gbW9kdWxlIG5hbWVk' | base64 -d", "base64"),
        ('python3 -c \'import os; os.writev(2, [b"No mod", b"ule named"])\'', "python3"),
        (f"python3 -c '{_THREAD}'", "python3"),
        ("true", ""),
    ],
)
def test_who_wrote_a_text_first(run: Run, command: str, writer: str) -> None:
    assert run(command).trace.writer("No module named") == writer


def test_processes_get_their_signals_and_are_stopped_and_continued(run: Run) -> None:
    ran = run(
        "exec 2> /dev/null\n"
        "bash -c 'trap \"echo caught\" USR1; kill -USR1 $$; exit 3'; echo $?\n"
        "sleep 9 & kill -STOP $!; until grep -qi 'State:.t' /proc/$!/status; do sleep 0.1; done\n"
        "kill -CONT $!; kill $!; wait $!; echo $?"
    )
    assert ran.output.split() == ["caught", "3", "143"]


def test_nothing_is_left_of_a_tracer(run: Run) -> None:
    before = threading.active_count()
    assert run("sleep 60 & python3 -c 'import os; os.fork()'").status == 0
    assert threading.active_count() == before


def test_much_that_is_written_is_kept_in_part(run: Run) -> None:
    ran = run("seq 90000; for i in $(seq 1500); do echo $i > /dev/null; done")
    assert ran.status == 0
    assert len(ran.trace.streams) <= 1_000
    assert max(len(stream.content) for stream in ran.trace.streams.values()) <= 1024 * 1024


def test_how_a_process_ended_is_known(run: Run) -> None:
    trace = run("sh -c 'exit 3'; sleep 9 & sleep 0.5; kill -9 $!; wait").trace
    ended = {each.program.name: each.status for each in trace.processes if each.status}
    assert ended == {"sh": 3, "sleep": -9}


@pytest.mark.parametrize(
    ("command", "status", "is_of_a_program"),
    [
        ("ls nothing", 2, True),
        ("sleep 9 & sleep 0.5; kill -9 $!; wait", 137, True),
        ("sh -c 'exit 3'", 3, False),
        ("python3 -c 'raise SystemExit(3)'", 3, False),
        ("python3 -c 'raise SystemExit(137)'", 137, False),
        ("ls", 1, False),
    ],
)
def test_whose_status_it_is(run: Run, command: str, status: int, is_of_a_program: bool) -> None:
    assert run(command).trace.ended_with(status) is is_of_a_program


def test_what_is_written_out_of_sight_is_known(run: Run) -> None:
    ran = run("cat nothing 2> /dev/null; python3 -c 'import os; os.close(2); os.write(2, b\"x\")'")
    assert "No such file" not in ran.output
    assert any("No such file" in text for text in ran.trace.written())


def test_variables_that_load_code_are_known(run: Run) -> None:
    [process] = run("PATH=/usr/bin NODE_OPTIONS='-r ./a.js' ls").trace.processes
    assert process.loading == {"NODE_OPTIONS": "-r ./a.js"}
