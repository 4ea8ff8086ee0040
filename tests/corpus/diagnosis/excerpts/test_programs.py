"""Programs and settings in a text report nothing; what stands around them does."""

import pytest

from corpus.diagnosis.excerpts.programs import program_lines
from tests.corpus.growth import is_linear

ERROR = "Error: connect ECONNREFUSED 127.0.0.1:5432"
PYTHON = """# Says: Error: cannot open the valve
import errno

SHUT = errno.EBUSY

class Valve:
    def open(self) -> None:
        if self.shut:
            raise OSError(
                errno.EBUSY,
                "cannot open the valve",
            )
"""
SCRIPT = """if ! valve open; then
  case "$?" in
    126) echo "Permission denied" ;;
    127) echo "valve: command not found" ;;
  esac
  exit 127
fi
"""
JAVASCRIPT = """const shut = new Valve(4);
try {
  shut.open();
} catch (error) {
  // Error: cannot open the valve
  console.error(error);
}
"""
RUST = """fn open(valve: &Valve) -> Result<(), Error> {
    let shut = valve.lock()?;
    if shut {
        return Err(Error::new("cannot open the valve"));
    }
    Ok(())
}
"""


def _told(text: str) -> list[str]:
    """The lines of a text that belong to no program."""
    lines = text.split("\n")
    programs = {*program_lines(lines)}
    return [line for place, line in enumerate(lines) if line and place not in programs]


@pytest.mark.parametrize("program", [PYTHON, SCRIPT, JAVASCRIPT, RUST])
def test_a_program_tells_nothing(program: str) -> None:
    assert _told(program) == []


@pytest.mark.parametrize("program", [PYTHON, SCRIPT, JAVASCRIPT, RUST])
def test_what_stands_around_a_program_is_told(program: str) -> None:
    assert _told(f"It says:\n{ERROR}\n\n{program}")[:2] == ["It says:", ERROR]
    assert _told(f"{program}$ run\n{ERROR}\n")[-2:] == ["$ run", ERROR]


@pytest.mark.parametrize("printed", [ERROR, "Killed", "valve: not found", "The valve is shut."])
@pytest.mark.parametrize("program", [PYTHON, SCRIPT, JAVASCRIPT, RUST])
def test_what_stands_between_programs_is_told(program: str, printed: str) -> None:
    assert _told(f"{program}\n{printed}\n\n{program}") == [printed]


def test_a_trace_is_no_program_whatever_it_quotes() -> None:
    frames = "".join(f'  File "a.py", line {n}, in f\n    return f(valve, {n})\n' for n in range(9))
    trace = f"Traceback (most recent call last):\n{frames}OSError: cannot open the valve"
    assert _told(trace) == trace.split("\n")


def test_what_a_compiler_quotes_is_no_program() -> None:
    report = "".join(f"a.c:{n}:3: error: valve\n  {n} |   open(valve);\n" for n in range(9))
    assert _told(report) == report.splitlines()


def test_an_object_is_no_program() -> None:
    answer = '{\n  "a": {\n    "error": "cannot open the valve"\n  },\n' + "  },\n" * 9 + "}"
    assert _told(answer) == answer.split("\n")


def test_few_statements_are_no_program() -> None:
    log = f"x = 1\ny = 2\n{ERROR}\nopen(valve);\n"
    assert _told(log) == log.splitlines()


@pytest.mark.parametrize("unit", ["a = ", "x;\n", "if a:\n\n", "{\n", "(", "def f(\n", "a: "])
def test_time_is_linear_in_the_text(unit: str) -> None:
    assert is_linear(lambda text: [*program_lines(text.split("\n"))], unit)
