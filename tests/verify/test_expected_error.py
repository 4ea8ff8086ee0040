"""What shows an error, and what only mentions it."""

import pytest

from corpus.checks.checks import Block, Check
from corpus.checks.receipts import ObservedError
from corpus.document.fences import Language, Step
from verify.expected_error import ExpectedError


def make_check(*, error: str, reproduce: str = "run", file: str = "") -> Check:
    """A check that expects a message."""
    blocks = [Block(step=Step.REPRODUCE, language=Language.BASH, content=reproduce)]
    if file:
        blocks.append(Block(step=Step.SETUP, language=None, content=file, file="a.txt"))
    return Check(name="example", error=error, blocks=tuple(blocks))


def shows(check: Check, output: str, *, status: int = 1, names: tuple[str, ...] = ()) -> bool:
    """Whether an output shows the message of a check."""
    return bool(ExpectedError(check).shown(output, status=status, names=names).same)


@pytest.mark.parametrize(
    ("error", "output"),
    [
        ("connect ECONNREFUSED 127.0.0.1:3000", "Error: connect ECONNREFUSED 127.0.0.1:8931\n"),
        (
            "curl: (7) Failed to connect to localhost port 3000 after 0 ms: Refused",
            "curl: (7) Failed to connect to localhost port 45001 after 12 ms: Refused",
        ),
        ("database is locked", "sqlite3.OperationalError: database is locked"),
        (
            "bash: ./run.sh: cannot execute: required file not found",
            "bash: line 3: ./run.sh: cannot execute: required file not found",
        ),
        ("Exit code 137", "Killed"),
        ("ECONNREFUSED", "Error: connect ECONNREFUSED 127.0.0.1:8931"),
        ("-32601", '{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"}}'),
        ("ModuleNotFoundError: No module named 'x'", "ModuleNotFoundError: No module named 'yaml'"),
        ("fatal: refusing to merge unrelated histories",) * 2,
        ("Killed", "Killed"),
        (
            "zipfile.BadZipFile: File is not a zip file",
            (
                'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n'
                "zipfile.BadZipFile: File is not a zip file"
            ),
        ),
        ("错误：连接被拒绝", "错误：连接被拒绝"),
        ("Method <class>::<method> does not exist.", "Method App\\Cart::total does not exist."),
        ("TypeError: <object>.<name> is not a function", "TypeError: cart.total is not a function"),
        (
            "Mapper has no property <relationship>; was it misspelt?",
            "sqlalchemy.exc.ArgumentError: Mapper has no property User.posts; was it misspelt?",
        ),
        ("expected <block end>, but found '<block sequence start>'",) * 2,
    ],
)
def test_the_message_shows_whatever_its_values(error: str, output: str) -> None:
    assert shows(make_check(error=error), output, status=137)


@pytest.mark.parametrize(
    "output",
    [
        "Method of Cart::total does not exist.",
        "Method Cart::total does not exist. It was misspelt.",
        "Method Cart: total does not exist.",
    ],
)
def test_a_place_that_is_left_open_holds_one_word(output: str) -> None:
    assert not shows(make_check(error="Method <class>::<method> does not exist."), output)


@pytest.mark.parametrize(
    "error",
    [
        "cannot load such file -- colours",
        "cannot load such file -- colours (LoadError)",
        "LoadError: cannot load such file -- colours",
    ],
)
def test_the_kind_may_stand_behind_the_message(error: str) -> None:
    line = "cannot load such file -- colours (LoadError)"
    assert shows(make_check(error=error), f"<internal:/usr/lib/ruby/k.rb>:8:in `require': {line}")
    assert shows(make_check(error=error), f"app.rb:1:in '<main>': {line}")
    assert not shows(make_check(error=error), "cannot load such file -- colours (see the manual)")


def test_a_message_with_its_kind_behind_it_is_found_anywhere() -> None:
    line = "cannot load such file -- colours (LoadError)"
    assert ExpectedError(make_check(error=line)).is_in(f"[{line}]")


@pytest.mark.parametrize(
    "output",
    [
        "connect ETIMEDOUT 127.0.0.1:3000",
        "the log says that connect ECONNREFUSED 127.0.0.1:3000 came twice last night",
        "cat: 'connect ECONNREFUSED 127.0.0.1:3000': No such file or directory",
        "+ connect ECONNREFUSED 127.0.0.1:3000",
        "++ connect ECONNREFUSED 127.0.0.1:3000",
        "$ connect ECONNREFUSED 127.0.0.1:3000",
        "ECONNREFUSED.md",
        "",
    ],
)
def test_what_is_near_it_does_not(output: str) -> None:
    check = make_check(error="connect ECONNREFUSED 127.0.0.1:3000")
    assert not shows(check, output)


@pytest.mark.parametrize(
    "output",
    [
        "cat: ECONNREFUSED.txt: No such file or directory",
        "ls: cannot access 'ECONNREFUSED.txt': No such file or directory",
        "-rw-r--r-- 1 user user 0 Jan  1 00:00 ECONNREFUSED.log",
        "./var/ECONNREFUSED/a: No such file or directory",
    ],
)
def test_a_code_in_a_file_name_does_not_show(output: str) -> None:
    assert not shows(make_check(error="ECONNREFUSED"), output)


def test_the_name_of_a_file_that_is_there_does_not_show() -> None:
    check = make_check(error="ECONNREFUSED")
    assert shows(check, "ECONNREFUSED\n")
    assert not shows(check, "ECONNREFUSED\n", names=("ECONNREFUSED", "run"))


def test_a_message_with_more_than_the_name_of_a_file_shows() -> None:
    error = "fatal: You have not concluded your merge (MERGE_HEAD exists)."
    check = make_check(error=error)
    assert shows(check, f"{error}\n", names=("MERGE_HEAD", "HEAD"))
    assert not shows(check, "MERGE_HEAD\n", names=("MERGE_HEAD", "HEAD"))
    assert not shows(check, f"{error}\n", names=(error.removeprefix("fatal: "), "HEAD"))


def test_what_the_check_says_itself_does_not_show() -> None:
    check = make_check(error="database is locked", reproduce="echo 'database is locked'")
    assert not shows(check, "database is locked\n")


def test_what_a_file_of_the_check_says_does_not_show() -> None:
    check = make_check(error="database is locked", file="one\ndatabase is locked\n")
    assert not shows(check, "database is locked\n")


def test_the_lines_that_show_it_are_kept_masked_and_as_they_were() -> None:
    check = make_check(error="connect ECONNREFUSED 127.0.0.1:3000")
    output = "starting\nError: connect ECONNREFUSED 127.0.0.1:8931\n    at frame (a.js:1:2)\n"
    [seen] = ExpectedError(check).shown(output, status=1).same
    assert seen == ObservedError(
        template="Error: connect ECONNREFUSED <addr>:<port>",
        codes=("econnrefused",),
        line="Error: connect ECONNREFUSED 127.0.0.1:8931",
    )


def test_a_similar_message_is_told_apart() -> None:
    check = make_check(error="Failed to open the settings file for reading")
    shown = ExpectedError(check).shown("Failed to open the settings file for writing", status=1)
    assert (shown.same, shown.similar) == ((), True)


WRAPPED = """\
error: Your local changes to the following files would be overwritten by merge:
\tREADME.md
Please commit your changes or stash them before you merge.
Aborting
"""
CLAIM = (
    "error: Your local changes to the following files would be overwritten by merge: README.md "
    "Please commit your changes or stash them before you merge."
)


def test_a_message_may_be_wrapped_over_lines() -> None:
    [seen] = ExpectedError(make_check(error=CLAIM)).shown(WRAPPED, status=1).same
    assert seen.line == CLAIM
    lines = WRAPPED.splitlines()
    assert not shows(
        make_check(error=CLAIM), "\n".join([lines[0], "Unrelated words of it", *lines[1:]])
    )
    assert not shows(make_check(error=CLAIM), "\n".join(lines[1:]))


def test_a_wrapped_message_that_the_check_brings_along_is_staged() -> None:
    folded = make_check(error=CLAIM, reproduce=f"fold -s <<< '{CLAIM}'")
    assert ExpectedError(folded).shown(WRAPPED, status=1).staged
    check = make_check(error=CLAIM, reproduce=f"rev <<< '{CLAIM[::-1]}'")
    assert ExpectedError(check).shown(WRAPPED, status=1).staged == "its blocks contain it"
    assert ExpectedError(make_check(error=CLAIM)).shown(WRAPPED, status=1).staged == ""


CYCLE = 'resource "terraform_data" "a" { input = terraform_data.b.id }'


@pytest.mark.parametrize(
    ("error", "file", "staged"),
    [
        ("NoClassDefFoundError: Helper", "new Helper().run();", ""),
        ("NoClassDefFoundError: com/shop/Helper", "import com.shop.Helper;", ""),
        ("TypeError: cart.total", "cart.total;", ""),
        (
            "NoClassDefFoundError: Helper",
            "say('NoClassDef', 'Found', 'Error: Helper');",
            "its blocks contain it",
        ),
        (
            "TypeError: total is gone from the cart",
            "say('total is gone from the cart')",
            "its blocks contain it",
        ),
        ("Error: Cycle: terraform_data.a, terraform_data.b", CYCLE, ""),
        (
            "Error: Cycle: terraform_data.a, terraform_data.b",
            f"{CYCLE} # E.rror: Cyc.le: terraform_data.a, terraform_data.b",
            "its blocks contain it",
        ),
        (
            "Error: Cycle: terraform_data.a, terraform_data.b",
            "# Er_or: Cy_cle: terraform_data.a, terraform_data.b",
            "its blocks contain all pieces of it",
        ),
    ],
)
def test_names_of_a_message_are_no_message(error: str, file: str, staged: str) -> None:
    check = make_check(error=error, file=file)
    assert ExpectedError(check).shown(error, status=1).staged == staged


@pytest.mark.parametrize(
    ("output", "nearest"),
    [
        ("Reading\nls: cannot access 'x'\nls: cannot open\nDone\n", "ls: cannot access 'x'"),
        ("one\ntwo\n\n", "two"),
        ("", ""),
    ],
)
def test_the_nearest_line(output: str, nearest: str) -> None:
    check = make_check(error="ls: cannot access 'settings': No such file or directory")
    assert ExpectedError(check).nearest(output) == nearest
