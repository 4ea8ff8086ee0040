"""Checks that prove nothing, each in its own way, and checks that prove what they say.

A block is a step, its language and its content; a block with a file name is written there.
"""

import base64
import gzip
from collections.abc import Mapping
from dataclasses import dataclass

ENOENT = "cat: settings: No such file or directory"
VALUE_ERROR = "ValueError: invalid literal for int() with base 10: 'x'"
REFUSED = "ConnectionRefusedError: [Errno 111] Connection refused"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A check as an author writes it. `files` are written before the first step."""

    error: str = ENOENT
    files: Mapping[str, str] | None = None
    setup: str = ""
    reproduce: str = "cat settings"
    fix: str = "echo blue > settings"
    confirm: str = 'test "$(cat settings)" = blue'
    language: str = "bash"
    attributes: str = ""
    solution: str = "How"

    def body(self) -> str:
        """The body of an article with this check."""
        written = [
            ("setup", f"{name.rpartition('.')[2]}", f" file={name}", content)
            for name, content in (self.files or {}).items()
        ]
        run = [
            ("setup", self.language, "", self.setup),
            ("reproduce", self.language, f" {self.attributes}", self.reproduce),
            ("fix", "bash", "", self.fix),
            ("confirm", "bash", "", self.confirm),
        ]
        blocks = [
            f"~~~{language} check=example step={step}{more.rstrip()}\n{content}\n~~~\n"
            for step, language, more, content in [*written, *run]
            if content
        ]
        row = f"| `{self.error}` | Why | {self.solution} |"
        table = f"| Error | Cause | Solution |\n|---|---|---|\n{row}\n"
        return "\n".join(["## Error table\n", table, "## Checks\n", *blocks])


APP = "import sys\n\nnumber = int(sys.argv[1])\nprint('number', number)\n"
"""A program that fails on what is no number."""
NUMBER = {
    "error": VALUE_ERROR,
    "files": {"app.py": APP},
    "reproduce": "python3 app.py x",
}
LETTERS = ", ".join(str(ord(letter)) for letter in ENOENT)
PACKED = base64.b64encode(gzip.compress(f"{ENOENT}\n".encode(), mtime=0)).decode()
IN_85 = base64.b85encode(ENOENT.encode()).decode()
SPACED = " ".join("No such file or directory")


def number(fix: str, confirm: str = "python3 app.py x") -> Sample:
    """A check about APP."""
    return Sample(fix=fix, confirm=confirm, **NUMBER)  # type: ignore[arg-type]


def printed(reproduce: str, language: str = "bash", error: str = ENOENT) -> Sample:
    """A check that brings its message along, and stops when there is a file."""
    return Sample(error=error, reproduce=reproduce, language=language)


SHIFTED = ENOENT.translate({code: code + 1 for code in range(ord("A"), ord("z"))})
MAKEFILE = "build:\n\tpython3 app.py $(VALUE)\n"


def made(fix: str, confirm: str) -> Sample:
    """A check about APP as make runs it."""
    return Sample(
        error=VALUE_ERROR,
        files={"app.py": APP, "Makefile.txt": MAKEFILE, "value.mk": "VALUE = x\n"},
        setup="cat value.mk Makefile.txt > Makefile",
        reproduce="make -s build",
        fix=fix,
        confirm=confirm,
        attributes="needs=make",
    )


LYING: Mapping[str, Sample] = {
    # What failed does not run any more.
    "target without its command": made("sed -i 's/python3.*/true/' Makefile", "make -s build"),
    "target with another command": made(
        "sed -i 's/python3.*/echo number 7/' Makefile", "make -s build | grep -q 'number 7'"
    ),
    # Somebody else prints the message, and computes it.
    "letters shifted by tr": printed(
        f"test -e settings || {{ printf '{SHIFTED}\\n' | tr 'B-Zb-{{' 'A-Ya-z' >&2; exit 1; }}"
    ),
    "letters shifted by Python": printed(
        "import os, sys\n\nif not os.path.exists('settings'):\n"
        f"    shifted = '{SHIFTED}'\n"
        "    moved = (chr(ord(c) - 1) if c.isalpha() or c == '{' else c for c in shifted)\n"
        "    sys.exit(''.join(moved))\n",
        "python",
    ),
    # The program is put out of action.
    "script overwritten": number("echo > app.py"),
    "script emptied": number(": > app.py"),
    "script replaced by exit 0": number("echo 'raise SystemExit(0)' > app.py"),
    "exit 0 put first": number("sed -i '1i import os; os._exit(0)' app.py"),
    "script linked to true": number(
        "ln -sf /dev/null app.py", "test -L app.py && python3 app.py x"
    ),
    "exception swallowed": number(
        "printf 'try:\\n  import sys; int(sys.argv[1])\\nexcept ValueError:\\n  pass\\n' > app.py"
    ),
    "output redirected": number(
        'sed -i \'1i import sys; sys.stderr = open("/dev/null", "w")\' app.py'
    ),
    "output redirected and ended well": number(
        "sed -i '1i import sys, os; sys.excepthook = lambda *_: os._exit(0)' app.py"
    ),
    "message reworded": number(
        "sed -i 's/^number = .*/print(\"all is well\"); number = 0/' app.py",
        "touch done; test -e fixed || python3 app.py x",
    ),
    "marker and silence": number("echo > app.py; touch fixed", "test -e fixed"),
    "shell script emptied": Sample(
        files={"run.sh": "cat settings\n"},
        reproduce="sh run.sh",
        fix="echo : > run.sh",
        confirm="sh run.sh",
    ),
    "shell script with or true": Sample(
        files={"run.sh": "cat settings\n"},
        reproduce="sh run.sh",
        fix="echo 'cat settings 2>/dev/null || true' > run.sh",
        confirm="sh run.sh",
    ),
    "command deleted": Sample(
        files={"run.sh": "cat settings\n"},
        reproduce="test ! -e run.sh || sh run.sh",
        fix="rm run.sh",
        confirm="test ! -e run.sh",
    ),
    "command switched off": Sample(
        files={"run.sh": '. ./config\ntest -n "$off" || cat settings\n', "config": "off=\n"},
        reproduce="sh run.sh",
        fix="echo off=1 > config",
        confirm="sh run.sh 2>&1 | (! grep -q .)",
    ),
    "tool shadowed in PATH": Sample(
        reproduce="PATH=.:$PATH cat settings",
        fix="printf '#!/bin/sh\\n' > cat; chmod +x cat",
        confirm="PATH=.:$PATH cat settings && test -x cat",
    ),
    "tool shadowed by a link to true": Sample(
        reproduce="PATH=.:$PATH cat settings",
        fix="ln -s /bin/true cat",
        confirm="PATH=.:$PATH cat settings && test -L cat",
    ),
    "tool shadowed in a folder of the home": Sample(
        reproduce="PATH=$HOME/bin:$PATH cat settings",
        fix="mkdir ~/bin; cp /bin/true ~/bin/cat",
        confirm="test -x ~/bin/cat",
    ),
    "tool shadowed in another folder": Sample(
        reproduce="PATH=/tmp/bin:$PATH cat settings",
        fix="mkdir /tmp/bin; ln -s /bin/true /tmp/bin/cat",
        confirm="test -x /tmp/bin/cat",
    ),
    "tool shadowed in shared memory": Sample(
        reproduce="PATH=/dev/shm:$PATH cat settings",
        fix="printf '#!/bin/sh\\n' > /dev/shm/cat; chmod +x /dev/shm/cat",
        confirm="test -x /dev/shm/cat",
    ),
    "alias": Sample(
        setup="touch profile",
        reproduce="shopt -s expand_aliases; . ./profile\ncat settings",
        fix="echo 'alias cat=true' > profile",
        confirm="grep -q alias profile",
    ),
    "function": Sample(
        files={"functions.sh": "# none\n"},
        reproduce=". ./functions.sh\ncat settings",
        fix="echo 'cat() { :; }' > functions.sh",
        confirm=". ./functions.sh; type cat | grep -q function",
    ),
    "hash": Sample(
        setup="touch profile",
        reproduce=". ./profile\ncat settings",
        fix="echo 'hash -p /bin/true cat' > profile",
        confirm="grep -q hash profile",
    ),
    "output redirected by what is read in": Sample(
        setup="touch profile",
        reproduce=". ./profile\ncat settings",
        fix="echo 'exec 2>/dev/null; trap \"exit 0\" EXIT' > profile",
        confirm="grep -q exec profile",
    ),
    "another program by a variable": Sample(
        files={"run.sh": '. ./env.sh\n"$PROGRAM" settings\n', "env.sh": "PROGRAM=cat\n"},
        reproduce="sh run.sh",
        fix="echo PROGRAM=true > env.sh",
        confirm="sh run.sh && grep -q true env.sh",
    ),
    "confirmed by the text of the edit": Sample(
        files={"run.sh": "cat settings\n"},
        reproduce="sh run.sh",
        fix="echo 'cat settings 2> log || true' > run.sh",
        confirm="sh run.sh && grep -q true run.sh",
    ),
    "confirmed by the text of the edit, in Python": number(
        "printf '# mended\\nimport sys\\ntry: int(sys.argv[1])\\n"
        "except ValueError: pass\\n' > app.py",
        "python3 app.py x && grep -q mended app.py",
    ),
    "heals by counting processes": Sample(
        reproduce="test $BASHPID -gt 40 || cat settings", fix="true", confirm="test $$ -gt 40"
    ),
    "module shadowed": Sample(
        error="json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        files={"app.py": "import json\n\njson.loads('')\n"},
        reproduce="python3 app.py",
        fix="echo 'def loads(_): return 1' > json.py",
        confirm="test -e json.py && python3 app.py",
    ),
    "package shadowed": Sample(
        error="json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        files={"app.py": "import json\n\njson.loads('')\n"},
        reproduce="python3 app.py",
        fix="mkdir json; echo 'def loads(_): return 1' > json/__init__.py",
        confirm="test -e json && python3 app.py",
    ),
    # The message comes from the check.
    "printed whole": printed(f"test -e settings || {{ echo '{ENOENT}' >&2; exit 1; }}"),
    "printed with a prefix of its own": printed(
        "test -e settings || { printf '%s\\n' 'cat: settings'': No such file or directory'"
        "; false; }"
    ),
    "printed in pieces": printed(
        "test -e settings || { printf 'cat: settings: No su'; printf 'ch file or dir'; "
        "printf 'ectory\\n'; exit 1; }"
    ),
    "printed word by word": printed(
        "test -e settings || { printf '%s ' cat: settings: No such file or"
        "; echo directory; false; }"
    ),
    "from base64": printed(
        "test -e settings || { echo Y2F0OiBzZXR0aW5nczogTm8gc3VjaCBmaWxlIG9yIGRpcmVjdG9yeQo= "
        "| base64 -d; exit 1; }"
    ),
    "from hexadecimal": printed(
        "import os, sys\nif not os.path.exists('settings'):\n"
        f"    print(bytes.fromhex('{ENOENT.encode().hex()}').decode())\n    sys.exit(1)",
        "python",
    ),
    "from numbers": printed(
        f"import os, sys\nif not os.path.exists('settings'):\n"
        f"    print(''.join(map(chr, [{LETTERS}])))\n    sys.exit(1)",
        "python",
    ),
    "in reverse": printed(f"test -e settings || {{ echo '{ENOENT[::-1]}' | rev; exit 1; }}"),
    "from rot13": printed(
        "test -e settings || { echo 'png: frggvatf: Ab fhpu svyr be qverpgbel' "
        "| tr a-zA-Z n-za-mN-ZA-M; exit 1; }"
    ),
    "from a file": Sample(
        files={"message.txt": f"{ENOENT}\n"},
        reproduce="test -e settings || { sed -n p message.txt; exit 1; }",
    ),
    "from a file with other words": Sample(
        files={"message.txt": f"1 {ENOENT}\n"},
        reproduce="test -e settings || { cut -c3- message.txt; exit 1; }",
    ),
    "raised by hand": printed(
        "import os\nif not os.path.exists('settings'):\n"
        "    raise ValueError('invalid literal for int() with base 10: ' + repr('x'))",
        "python",
        VALUE_ERROR,
    ),
    "raised by hand from the system's text": printed(
        "import os\nif not os.path.exists('settings'):\n"
        "    raise ConnectionRefusedError(111, os.strerror(111))",
        "python",
        REFUSED,
    ),
    "thrown by hand": printed(
        "if (!require('fs').existsSync('settings'))"
        "\nthrow new TypeError('x is not a ' + 'function')",
        "node",
        "TypeError: x is not a function",
    ),
    "compressed": printed(f"test -e settings || {{ echo {PACKED} | base64 -d | gunzip; exit 1; }}"),
    "from base85": printed(
        "import base64, os, sys\nif not os.path.exists('settings'):\n"
        f"    sys.exit(base64.b85decode('{IN_85}').decode())",
        "python",
    ),
    "between other letters": printed(
        f"test -e settings || {{ echo '{'X'.join(ENOENT)}' | tr -d X; exit 1; }}"
    ),
    "between other letters, by sed": printed(
        f"test -e settings || {{ echo '{'QQ'.join(ENOENT)}' | sed 's/QQ//g'; exit 1; }}"
    ),
    "between other letters, by replace": printed(
        f"import os, sys\nif not os.path.exists('settings'):\n"
        f"    sys.exit('{'zz'.join(ENOENT)}'.replace('zz', ''))",
        "python",
    ),
    "out of the C library": printed(
        "test -e settings || { printf 'cat: settings: '; "
        "grep -aom1 'No .uch .ile .. .irector.' /usr/lib/*/libc.so.6 | head -n 1; exit 1; }"
    ),
    "out of a catalogue of messages": printed(
        "test -e settings || { printf 'cat: settings: '; "
        "gettext -d coreutils 'No such'; echo ' file or directory'; exit 1; }"
    ),
    "from variables": printed(
        "a='No su' b='ch file' c='or dire'\n"
        'test -e settings || { echo "cat: settings: $a$b $c"ctory; exit 1; }'
    ),
    "in capital letters": printed(
        f"test -e settings || {{ echo '{ENOENT.upper()}' | tr A-Z a-z | sed s/no/No/; exit 1; }}"
    ),
    "of a program under another name": Sample(
        error="npm: settings: No such file or directory",
        reproduce="(exec -a npm cat settings)",
    ),
    # What was seen says nothing.
    "killed by a child": Sample(
        error="Exit code 137",
        reproduce="test -e settings || { echo working; sh -c 'kill -9 $PPID'; }",
        attributes="exit=137",
    ),
    "bare exit status": Sample(
        error="Exit code 137", reproduce="test -e settings || exit 137", attributes="exit=137"
    ),
    "killed by itself": Sample(
        error="Exit code 137", reproduce="test -e settings || kill -9 $$", attributes="exit=137"
    ),
    "status with words of its own": Sample(
        error="Exit code 3",
        reproduce="test -e settings || { echo 'it failed'; exit 3; }",
        attributes="exit=3",
    ),
    "bare code": Sample(
        error="ECONNREFUSED", reproduce="test -e settings || { echo ECONN''REFUSED; exit 1; }"
    ),
    # Nothing is fixed.
    "heals while the fix sleeps": Sample(
        setup="(sleep 0.7; echo blue > settings) &", fix="sleep 1.2"
    ),
    "heals by being asked again": Sample(
        reproduce="set +e; cat settings; status=$?; echo blue > settings; exit $status", fix="true"
    ),
    "still there behind padding": Sample(
        files={"run.sh": "cat settings\n"},
        reproduce="sh run.sh",
        fix="echo 'cat settings 2>&1 | sed \"s/^/          | /\"; cat app' > run.sh; echo ok > app",
        confirm="sh run.sh | grep -q ok",
    ),
    "still there letter by letter": Sample(
        files={"run.sh": "cat settings\n"},
        reproduce="sh run.sh",
        fix=f"echo 'echo {SPACED}; echo ok' > run.sh",
        confirm="sh run.sh | grep -q ok",
    ),
    "still there in a file name": Sample(
        files={"run.sh": "cat settings\n"},
        reproduce="sh run.sh",
        fix="touch 'settings: No such file or directory.txt'; echo 'ls *.txt; echo ok' > run.sh",
        confirm="sh run.sh | grep -q ok",
    ),
    "still there in the confirmation": Sample(
        reproduce="cat settings",
        fix="echo blue > settings; touch done",
        confirm="rm settings; cat settings || test -e done",
    ),
    # The confirmation confirms nothing.
    "confirmed by echo": Sample(confirm="echo ok"),
    "confirmed by true": Sample(confirm="true"),
    "confirmed by a constant": Sample(confirm="test 1 = 1"),
    "confirmed by something unrelated": Sample(confirm="test -d ."),
    "confirmed before the fix": Sample(setup="echo blue > colours", confirm="grep -q blue colours"),
    "confirmed by the last command only": Sample(
        confirm='test "$(cat settings)" = red\necho confirmed'
    ),
    "confirmed by a pipe that forgets": Sample(
        fix="touch settings", confirm="grep blue settings | wc -l"
    ),
    "fixed by the last command only": Sample(fix="cp nothing settings\ntouch settings"),
}

HONEST: Mapping[str, Sample] = {
    "a file is made": Sample(),
    "a folder is made": Sample(
        error="bash: line 1: cd: build: No such file or directory",
        reproduce="cd build",
        fix="mkdir build",
        confirm="cd build && pwd | grep -q build$",
    ),
    "a mode is changed": Sample(
        error="bash: line 1: ./run.sh: Permission denied",
        files={"run.sh": "#!/bin/sh\necho hello\n"},
        reproduce="./run.sh",
        fix="chmod +x run.sh",
        confirm='test "$(./run.sh)" = hello',
    ),
    "line ends are mended": Sample(
        error="bash: line 1: ./run.sh: cannot execute: required file not found",
        setup="printf '#!/bin/bash\\r\\necho hello\\r\\n' > run.sh; chmod +x run.sh",
        reproduce="./run.sh",
        fix="sed -i 's/\\r$//' run.sh",
        confirm='test "$(./run.sh)" = hello',
    ),
    "a program of the author is edited": Sample(
        error='TypeError: can only concatenate str (not "int") to str',
        files={"app.py": "count = 3\nprint('files: ' + count)\n"},
        reproduce="python3 app.py",
        fix="sed -i 's/+ count/+ str(count)/' app.py",
        confirm="test \"$(python3 app.py)\" = 'files: 3'",
    ),
    "a program of the author handles it": number(
        "cat > app.py <<'END'\nimport sys\ntry:\n    number = int(sys.argv[1])\n"
        "except ValueError:\n    number = 0\nprint('number', number)\nEND",
        "test \"$(python3 app.py x)\" = 'number 0' && test \"$(python3 app.py 7)\" = 'number 7'",
    ),
    "a module is renamed": Sample(
        error="AttributeError: module 'random' has no attribute 'randint'",
        files={
            "random.py": "print('mine')\n",
            "app.py": "import random\n\nprint(random.randint(3, 3))\n",
        },
        reproduce="python3 app.py 2>&1 | sed 's/ (consider.*//; s/partially initialized //' >&2",
        attributes="exit=1",
        fix="mv random.py dice.py",
        confirm='test "$(python3 app.py)" = 3',
    ),
    "a missing module is made": Sample(
        error="ModuleNotFoundError: No module named 'colours'",
        files={"app.py": "import colours\n\nprint(colours.FIRST)\n"},
        reproduce="python3 app.py",
        fix="echo 'FIRST = \"blue\"' > colours.py",
        confirm='test "$(python3 app.py)" = blue',
    ),
    "a missing command is put on the path": Sample(
        error="bash: line 1: greet: command not found",
        reproduce="PATH=$HOME/bin:$PATH\ngreet",
        fix="mkdir ~/bin; printf '#!/bin/sh\\necho hello\\n' > ~/bin/greet; chmod +x ~/bin/greet",
        confirm='test "$(~/bin/greet)" = hello',
    ),
    "a configuration is mended": Sample(
        error="json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)",
        files={
            "config.json": "{colour: 'blue'}\n",
            "app.py": "import json\n\nprint(json.load(open('config.json'))['colour'])\n",
        },
        reproduce="python3 app.py",
        fix='echo \'{"colour": "blue"}\' > config.json',
        confirm='test "$(python3 app.py)" = blue',
    ),
    "a server is started": Sample(
        error=REFUSED,
        files={
            "client.py": "import socket\n\n"
            "print(socket.create_connection(('127.0.0.1', 8123)).getpeername())\n"
        },
        reproduce="python3 client.py",
        fix="python3 -m http.server 8123 --bind 127.0.0.1 >/dev/null 2>&1 &\n"
        "for _ in $(seq 50); do\n"
        "(: < /dev/tcp/127.0.0.1/8123) 2>/dev/null && break; sleep 0.1; done",
        confirm="python3 client.py | grep -q 8123",
    ),
    "a commit is made": Sample(
        error="fatal: your current branch 'main' does not have any commits yet",
        setup="git init -q -b main",
        reproduce="git log",
        fix="git -c user.name=a -c user.email=a@b.example commit -q --allow-empty -m first",
        confirm="git log --format=%s | grep -q first",
        attributes="needs=git",
    ),
    "an argument is quoted": Sample(
        error="grep: notes.txt: No such file or directory",
        files={"find.sh": "grep -c blue $1\n"},
        setup="echo blue > 'my notes.txt'",
        reproduce="sh find.sh 'my notes.txt'",
        fix="sed -i 's/\\$1/\"$1\"/' find.sh",
        confirm="test \"$(sh find.sh 'my notes.txt')\" = 1",
        attributes="exit=2",
    ),
    "a value of a target is mended": made(
        "sed -i 's/VALUE = x/VALUE = 7/' Makefile", "test \"$(make -s build)\" = 'number 7'"
    ),
    "a link is mended": Sample(
        setup="ln -s nowhere settings", fix="ln -sf real settings; echo blue > real"
    ),
    "a variable is set": Sample(
        error="KeyError: 'API_KEY'",
        files={
            "app.py": "import os\n\nprint(len(os.environ['API_KEY']))\n",
            "start.sh": "exec python3 app.py\n",
        },
        reproduce="sh start.sh",
        fix="printf 'export API_KEY=example\\nexec python3 app.py\\n' > start.sh",
        confirm='test "$(sh start.sh)" = 7',
    ),
    "a server is mended and started again": Sample(
        error="AssertionError: no",
        files={
            "server.py": "import socket\n\nserver = socket.create_server(('127.0.0.1', 8124))\n"
            "while True:\n    server.accept()[0].sendall(b'no')\n",
            "client.py": "import socket\n\n"
            "with socket.create_connection(('127.0.0.1', 8124)) as server:\n"
            "    said = server.recv(9).decode()\nassert said == 'yes', said\nprint(said)\n",
        },
        setup="python3 server.py & echo $! > pid; sleep 0.5",
        reproduce="python3 client.py",
        fix="sed -i \"s/b'no'/b'yes'/; s/8124/8125/\" server.py; sed -i s/8124/8125/ client.py\n"
        'kill "$(cat pid)"; python3 server.py & sleep 0.5',
        confirm='test "$(python3 client.py)" = yes',
    ),
    "a table is made": Sample(
        error="sqlite3.OperationalError: no such table: jobs",
        files={
            "app.py": "import sqlite3\n\n"
            "print(sqlite3.connect('a.db').execute('SELECT count(*) FROM jobs').fetchone())\n"
        },
        reproduce="python3 app.py",
        fix="python3 -c \"import sqlite3 as s; s.connect('a.db').execute('CREATE TABLE jobs(a)')\"",
        confirm='test "$(python3 app.py)" = "(0,)"',
    ),
    "a function of the author is mended": Sample(
        error="bash: line 2: greeet: command not found",
        files={"lib.sh": "greet() { greeet $1; }\n"},
        setup="echo 'echo hello $1' > greeting; sed -i s/greeet/greeet/ lib.sh",
        reproduce=". ./lib.sh\ngreet you",
        fix="echo 'greet() { sh greeting $1; }' > lib.sh",
        confirm=". ./lib.sh\ntest \"$(greet you)\" = 'hello you'",
    ),
    "a trap tidies up": Sample(
        error="mkdir: cannot create directory 'lock': File exists",
        files={"job.sh": "mkdir lock || exit 1\necho working\n"},
        setup="mkdir lock",
        reproduce="sh job.sh",
        fix="rmdir lock\necho 'mkdir lock || exit 1; trap \"rmdir lock\" EXIT; echo working'"
        " > job.sh",
        confirm='sh job.sh && test "$(sh job.sh)" = working && test ! -e lock',
    ),
    "a message is wrapped over lines": Sample(
        error="error: Your local changes to the following files would be overwritten by checkout: "
        "notes Please commit your changes or stash them before you switch branches.",
        setup="git init -q -b main; git config user.name a; git config user.email a@b.example\n"
        "echo 1 > notes; git add notes; git commit -qm 1; git switch -qc other; echo 2 > notes\n"
        "git commit -qam 2; git switch -q main; echo 3 > notes",
        reproduce="git switch other",
        fix="git stash -q",
        confirm="git switch -q other && grep -qx 2 notes",
        attributes="needs=git",
    ),
    "a message has both kinds of quotes": Sample(
        error="SyntaxError: f-string: expecting '}'",
        files={"app.py": "name = 'you'\nprint(f\"hello {name\")\n"},
        reproduce="python3 app.py",
        fix="sed -i 's/{name/{name}/' app.py",
        confirm="test \"$(python3 app.py)\" = 'hello you'",
    ),
    "a missing program is put in another folder": Sample(
        error="bash: line 1: greet: command not found",
        reproduce="PATH=/tmp/bin:$PATH\ngreet",
        fix="mkdir /tmp/bin; printf '#!/bin/sh\\necho hello\\n' > /tmp/bin/greet; "
        "chmod +x /tmp/bin/greet",
        confirm='test "$(/tmp/bin/greet)" = hello',
    ),
    "carriage returns are taken out": Sample(
        error="bash: line 1: ./run.sh: cannot execute: required file not found",
        setup="printf '#!/bin/bash\\r\\necho hello\\r\\n' > run.sh; chmod +x run.sh",
        reproduce="./run.sh",
        fix="tr -d '\\r' < run.sh > new; cat new > run.sh; rm new",
        confirm='test "$(./run.sh)" = hello',
    ),
    "a status with the system's own words": Sample(
        error="Exit code 127",
        reproduce="PATH=$HOME/bin:$PATH\ngreet",
        attributes="exit=127",
        fix="mkdir ~/bin; printf '#!/bin/sh\\necho hello\\n' > ~/bin/greet; chmod +x ~/bin/greet",
        confirm='test "$(~/bin/greet)" = hello',
    ),
}
