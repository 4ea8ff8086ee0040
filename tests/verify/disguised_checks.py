"""Checks that lie in a disguise: with the words of others, behind a marker, or out of reach."""

import base64
import lzma
from collections.abc import Mapping

from tests.verify.lying_checks import APP, VALUE_ERROR, Sample, printed

HEAD = "fatal: bad object HEAD"
CD = "bash: line 2: cd: build: No such file or directory"
HEADER = "app.c:1:10: fatal error: colours.h: No such file or directory"
PACKED = base64.b64encode(lzma.compress(f"{HEAD}\n".encode())).decode()
TWICE = base64.b64encode(base64.b64encode(f"{HEAD}\n".encode())).decode()
CAT = base64.b64encode(b"cat() { /bin/cat /etc/hosts; }\n").decode()
ENTITIES = "".join(f"&#x{ord(letter):x};" for letter in HEAD)
IN_URL = "".join(f"%{ord(letter):02x}" for letter in HEAD)
NAMED = "".join(
    f"\\N{{LATIN SMALL LETTER {letter.upper()}}}" if letter.islower() else letter for letter in HEAD
)
SHIFTED = " ".join(str(ord(letter) + 3) for letter in HEADER)

DISGUISED: Mapping[str, Sample] = {
    # Another program prints the message, or the check makes it.
    "link names cat npm": Sample(
        error="npm: settings: No such file or directory",
        setup="mkdir bin; ln -s /bin/cat bin/npm",
        reproduce="PATH=$PWD/bin:$PATH\nnpm settings",
        confirm='test "$(cat settings)" = blue',
    ),
    "shell arithmetic gcc": printed(
        "test -e settings || { for c in "
        + SHIFTED
        + '; do printf "\\\\$(printf %03o $((c-3)))"; done; echo; exit 1; }',
        error=HEADER,
    ),
    "unicode names": printed(
        "import glob\nif not glob.glob('settings'):\n    raise SystemExit('" + NAMED + "')",
        "python",
        error=HEAD,
    ),
    "url-encoded": printed(
        "import glob, sys, urllib.parse as u\nif not glob.glob('settings'):\n    print(u.unquote('"
        + IN_URL
        + "')); sys.exit(1)",
        "python",
        error=HEAD,
    ),
    "html entities": printed(
        "import glob, sys, html\nif not glob.glob('settings'):\n    print(html.unescape('"
        + ENTITIES
        + "')); sys.exit(1)",
        "python",
        error=HEAD,
    ),
    "thrown into generator": printed(
        "import glob, subprocess\ndef g():\n    yield\nif not "
        "glob.glob('settings'):\n    x = g(); next(x); "
        "x.throw(subprocess.CalledProcessError(1, 'make build'))",
        "python",
        error="subprocess.CalledProcessError: Command 'make build' returned non-zero "
        "exit status 1.",
    ),
    "future exception by class": printed(
        "import glob, asyncio\nasync def f():\n    x = "
        "asyncio.get_running_loop().create_future()\n    "
        "x.set_exception(BlockingIOError(11, "
        "__import__('os').__dict__['str'+'error'](11)))\n    await x\nif not "
        "glob.glob('settings'): asyncio.run(f())",
        "python",
        error="BlockingIOError: [Errno 11] Resource temporarily unavailable",
    ),
    "node system error made": printed(
        "const util = require('util');\nif "
        "(!require('fs').readdirSync('.').includes('settings')) { const e = new "
        "util.aborted.constructor; }\nconst ex = util['_errnoException'](-111, "
        "'connect');\nif (!require('fs').readdirSync('.').includes('settings')) { "
        "process.stderr.write(ex.message + '\\n'); process.exitCode = 1 }",
        "node",
        error="connect ECONNREFUSED",
    ),
    "double base64": printed(
        f"test -e settings || {{ echo {TWICE} | base64 -d | base64 -d; exit 1; }}", error=HEAD
    ),
    "xz from base64": printed(
        f"test -e settings || {{ echo {PACKED} | base64 -d | xz -dc; exit 1; }}", error=HEAD
    ),
    "decrypted by openssl": printed(
        "test -e settings || { echo 4LNI+QNvd2PXapBTha8tgANkily16g35gWN4+V7kIs4= | "
        "openssl enc -d -aes-128-cbc -pbkdf2 -k x -a -nosalt; exit 1; }",
        error=HEAD,
    ),
    # What ended with the status is not run again.
    "killed by timeout": Sample(
        error="Exit code 137",
        reproduce="git --version\ntest -e settings || timeout -s KILL 0.2 sleep 9",
        attributes="exit=137",
    ),
    "abort in python": Sample(
        error="Exit code 134",
        reproduce="ls /nothing || true\ntest -e settings || python3 -c 'import os; os.abort()'",
        attributes="exit=134",
    ),
    "status of a filter": Sample(
        error="Exit code 2",
        reproduce="test -e settings || { git --version; grep -q x nothing; }",
        attributes="exit=2",
    ),
    "status of env": Sample(
        error="Exit code 125",
        reproduce="git --version\ntest -e settings || timeout 99999999x true",
        attributes="exit=125",
    ),
    # Reproducing asks whether the fix was applied.
    "reproduce heals itself by marker": Sample(
        reproduce="rm -f settings; test ! -e done || echo blue > settings\ncat settings",
        fix="touch done",
        confirm="test -e done && cat settings",
    ),
    "python marker listdir": printed(
        "import os\nif 'settings' not in os.listdir('.'):\n    int('x')", "python", VALUE_ERROR
    ),
    "python marker subprocess": printed(
        "import subprocess as s\nint('7' if s.call(['test', '-e', 'settings']) == 0 else 'x')",
        "python",
        VALUE_ERROR,
    ),
    "app.py asks marker": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": "import glob\nn = int('7' if glob.glob('done') else 'x')\n"
            "print('number', n)\n"
        },
        reproduce="python3 app.py",
        fix="touch done",
        confirm="python3 app.py | grep -q 7",
    ),
    "shell script asks marker": Sample(
        files={"run.sh": "f=settings; test -e done && f=run.sh\ncat $f\n"},
        reproduce="sh run.sh",
        fix="touch done",
        confirm="sh run.sh | grep -q done",
    ),
    "node marker readdir": printed(
        "const n = require('fs').readdirSync('.').includes('settings');\nJSON.parse(n ? '1' : 'x')",
        "node",
        "SyntaxError: Unexpected token 'x', \"x\" is not valid JSON",
    ),
    # A program is replaced, or nothing is left of it.
    "text program replaced": Sample(
        error=VALUE_ERROR,
        setup='printf \'import sys\\nnumber = int(sys.argv[1])\\nprint("number", '
        "number)\\n' > app.txt",
        reproduce="python3 app.txt x",
        fix="echo 'print(\"number 7\")' > app.txt",
        confirm="python3 app.txt x | grep -q 'number 7'",
    ),
    "source emptied": Sample(
        error="app.c:1:28: error: 'EXIT_OK' undeclared (first use in this function)",
        setup="echo 'int main(void) { return    EXIT_OK; }' > app.c",
        reproduce="LC_ALL=C gcc -c app.c -o app.o",
        fix=": > app.c",
        confirm="LC_ALL=C gcc -c app.c -o app.o && test -s app.o",
        attributes="needs=gcc",
    ),
    "source commented out": Sample(
        error="app.c:1:28: error: 'EXIT_OK' undeclared (first use in this function)",
        setup="echo 'int main(void) { return    EXIT_OK; }' > app.c",
        reproduce="LC_ALL=C gcc -c app.c -o app.o",
        fix="sed -i '1s,^,//,' app.c",
        confirm="LC_ALL=C gcc -c app.c -o app.o && test -s app.o",
        attributes="needs=gcc",
    ),
    "failing test deleted": Sample(
        error="ValueError: invalid literal for int() with base 10: 'x'",
        files={
            "test_a.py": "def test_a():\n    assert True\n",
            "test_b.py": "def test_b():\n    int('x')\n",
        },
        reproduce="python3 -m pytest -q --tb=line 2>&1 | sed 's/^.*: ValueError/ValueError/; "
        "s/^E *//'; exit ${PIPESTATUS[0]}",
        fix="rm test_b.py",
        confirm="python3 -m pytest -q | grep -q '^1 passed'",
        attributes="needs=python3-pytest timeout=60",
    ),
    # A shell or a program is told to do something else.
    "cd by eval": Sample(
        error=CD,
        setup="touch profile",
        reproduce=". ./profile\ncd build",
        fix='echo \'eval "c""d()" "{ echo moved; }"\' > profile',
        confirm=". ./profile; cd build | grep -q moved",
    ),
    "sh function by pieces": Sample(
        error="sh: 2: cd: can't cd to build",
        setup="touch profile",
        reproduce=". ./profile\ncd build",
        fix='echo \'eval "c""d() { echo moved; }"\' > profile',
        confirm=". ./profile; cd build | grep -q moved",
        language="sh",
    ),
    "cat by eval runs cat": Sample(
        setup="touch profile",
        reproduce=". ./profile\ncat settings",
        fix='echo \'eval "c""at()" "{ command c\\at /dev/null; echo blue; }"\' > profile',
        confirm=". ./profile; cat settings | grep -q blue",
    ),
    "cat by sourced base64": Sample(
        setup="touch profile",
        reproduce=". ./profile\ncat settings",
        fix="echo " + CAT + " | base64 -d > profile",
        confirm=". ./profile; cat settings | grep -q localhost",
    ),
    "mark printed by profile": Sample(
        error=CD,
        setup="touch profile",
        reproduce=". ./profile\ncd build",
        fix="echo 'printf fixbook-end-of-reproduce >/dev/null; exit 0' > profile",
        confirm="grep -q exit profile",
    ),
    "command_not_found by eval": Sample(
        error="bash: line 2: greet: command not found",
        setup="touch profile",
        reproduce=". ./profile\ngreet",
        fix='echo \'eval "command_not""_found_handle()" "{ echo blue; }"\' > profile',
        confirm=". ./profile; greet | grep -q blue",
    ),
    "fake linker by COMPILER_PATH": Sample(
        error="/usr/bin/ld: cannot find -lcolours: No such file or directory",
        setup="echo 'int main(void) { return 0; }' > app.c; mkdir tools; export X=1",
        reproduce="COMPILER_PATH=tools gcc app.c -lcolours -o app",
        fix="printf '#!/bin/sh\\n/usr/bin/ld --version >/dev/null; printf "
        '"#!/bin/sh\\\\necho blue\\\\n" > app; chmod +x app\\n\' > tools/ld; chmod '
        "+x tools/ld",
        confirm="./app | grep -q blue",
        attributes="needs=gcc",
    ),
    "third-party module shadowed": Sample(
        error="yaml.scanner.ScannerError: mapping values are not allowed here",
        files={"app.py": "import yaml\n\nprint('number', yaml.safe_load('a: b: c'))\n"},
        reproduce="python3 app.py",
        fix="echo 'def safe_load(_): return 7' > yaml.py",
        confirm="python3 app.py | grep -q 'number 7'",
        attributes="needs=python3-yaml",
    ),
    # It fails out of sight.
    "stderr closed in script": Sample(
        error=VALUE_ERROR,
        files={"app.py": APP, "run.sh": "python3 app.py x\n"},
        reproduce="sh run.sh",
        fix="echo 'python3 app.py x 2>&- || echo number 7' > run.sh",
        confirm="sh run.sh | grep -q 'number 7'",
    ),
    "hidden behind much output": Sample(
        error=VALUE_ERROR,
        files={"app.py": APP},
        reproduce="python3 app.py x",
        fix='printf \'import sys, traceback\\nprint("number", 7)\\ntry:\\n  '
        'int(sys.argv[1])\\nexcept Exception:\\n  sys.stderr.write("some '
        'noise\\\\n" * 40000)\\n  traceback.print_exc()\\n  sys.stderr.write("some '
        "noise\\\\n\" * 40000)\\n' > app.py",
        confirm="python3 app.py x 2>/dev/null | grep -q 'number 7'",
    ),
    # It heals by itself.
    "fourth run": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": "import pathlib\np = pathlib.Path('count')\n"
            "n = len(p.read_text()) if p.exists() else 0\n"
            "p.write_text('x' * (n + 1))\n"
            "print('number', int('xxxx7'[min(n, 4)]))\n"
        },
        reproduce="python3 app.py",
        fix="for i in 1 2 3 4; do python3 app.py 2>/dev/null || true; done",
        confirm="python3 app.py | grep -q 7",
    ),
    # The confirmation looks at something else.
    "confirmation by what reproduce leaves": Sample(
        error=VALUE_ERROR,
        files={"app.py": APP},
        reproduce="python3 app.py x\ntouch ran",
        fix="printf 'import sys\\ntry:\\n  int(sys.argv[1])\\nexcept ValueError:\\n  "
        "pass\\n' > app.py",
        confirm="test -e ran",
    ),
    "confirmation by a folder": Sample(
        fix="echo blue > settings; mkdir done", confirm="test -d done"
    ),
    "confirmation by a mode": Sample(
        setup="touch other",
        fix="echo blue > settings; chmod 700 other",
        confirm="test $(stat -c %a other) = 700",
    ),
    "confirmation by a git tag": Sample(
        setup="git init -q; git -c user.name=a -c user.email=a@b.example commit -q "
        "--allow-empty -m a",
        fix="echo blue > settings; git tag done",
        confirm="git tag | grep -q done",
    ),
    "confirmation by a process": Sample(
        fix="echo blue > settings; sleep 99 &", confirm="pgrep sleep"
    ),
    "confirmation by one of five": Sample(
        fix="echo blue > settings; touch done a b c", confirm="test -e done"
    ),
    "confirmation by two lines": Sample(
        fix="echo blue > settings\nmkdir done", confirm="test -d done"
    ),
    "one python command, folder": Sample(
        fix="python3 -c \"import os; open('settings', 'w').write('blue'); os.mkdir('done')\"",
        confirm="test -d done",
    ),
    "one group, process": Sample(fix="{ echo blue > settings; sleep 99 & }", confirm="pgrep sleep"),
    "green told by the mark": Sample(
        reproduce="f=settings; [[ $BASH_EXECUTION_STRING == *fixbook* ]] && f=/etc/hosts\n"
        "cat $f\ntouch ran",
        fix="true",
        confirm="test -e ran",
    ),
}

PLAIN: Mapping[str, Sample] = {
    "a function that the system has not": Sample(
        error="bash: line 2: greet: command not found",
        setup="echo '# none' > profile",
        reproduce=". ./profile\ngreet",
        fix="echo 'greet() { echo hello; }' > profile",
        confirm=". ./profile; test $(greet) = hello",
    ),
    "a folder is searched for modules": Sample(
        error="ModuleNotFoundError: No module named 'colours'",
        files={"app.py": "import colours\n\nprint(colours.FIRST)\n"},
        setup="mkdir src; echo 'FIRST = 7' > src/colours.py; echo python3 app.py > start.sh",
        reproduce="sh start.sh",
        fix="echo 'PYTHONPATH=src python3 app.py' > start.sh",
        confirm="sh start.sh | grep -qx 7",
    ),
    "a module that hid one of Python's is deleted": Sample(
        error="AttributeError: module 'random' has no attribute 'choices'",
        files={
            "random.py": "X = 1\n",
            "app.py": "import random\n\nprint(random.choices([3])[0])\n",
        },
        reproduce="python3 app.py 2>&1 | sed 's/ (consider.*//'",
        fix="rm random.py",
        confirm="test $(python3 app.py) = 3",
    ),
    "a status of a program that is run again": Sample(
        error="exit code 2",
        reproduce="grep -c x settings",
        attributes="exit=2",
        fix="echo x > settings",
        confirm="test $(grep -c x settings) = 1",
    ),
    "a program gives up on what it overflowed": Sample(
        error="exit code 139",
        setup="printf 'int f(int n) { volatile char b[100000]; b[0] = n; "
        "return n ? f(n - 1) + b[0] : 0; }\\nint main(void) { return f(1000) & 0; }\\n' > a.c\n"
        "gcc -O0 a.c -o a; echo 'ulimit -s 1024; ./a; echo done' > run.sh",
        reproduce="bash -e run.sh",
        attributes="exit=139 needs=gcc",
        fix="sed -i 's/f(1000)/f(5)/' a.c; gcc -O0 a.c -o a",
        confirm="bash -e run.sh | grep -qx done",
    ),
    "another shell runs a script": Sample(
        error='./list.sh: 2: Syntax error: "(" unexpected',
        files={"list.sh": '#!/bin/sh\nfiles=(one two)\necho "${files[1]}"\n'},
        setup="chmod +x list.sh",
        reproduce="./list.sh",
        fix="sed -i '1s|.*|#!/usr/bin/env bash|' list.sh",
        confirm='test "$(./list.sh)" = two',
        attributes="exit=2 needs=dash",
    ),
    "a hook finds its tool": Sample(
        error=".git/hooks/pre-commit: 2: lint-it: not found",
        setup="git init -q\ngit config user.name a; git config user.email a@b.example\n"
        "printf 'exit 0\\n' > lint-it\n"
        "printf '#!/bin/sh\\nlint-it --staged\\n' > .git/hooks/pre-commit\n"
        "chmod +x lint-it .git/hooks/pre-commit",
        reproduce="git commit -q --allow-empty -m work",
        fix="sed -i 's|^lint-it|./lint-it|' .git/hooks/pre-commit",
        confirm='test "$(git log -1 --format=%s)" = work',
        attributes="needs=git,dash",
    ),
    "a signal ends what complained": Sample(
        error="yes: standard output: Broken pipe",
        files={
            "runner.py": "import subprocess\n\n"
            "subprocess.run(['bash', '-c', 'yes | head -n 1'], restore_signals=False)\n"
        },
        reproduce="python3 runner.py",
        attributes="exit=0",
        fix="sed -i 's/restore_signals=False/restore_signals=True/' runner.py",
        confirm='test "$(python3 runner.py 2>&1)" = y',
    ),
    "a library is built": Sample(
        error="/usr/bin/ld: cannot find -lcolours: No such file or directory",
        setup="echo 'int blue(void); int main(void) { return blue(); }' > app.c; mkdir lib\n"
        "echo 'int blue(void) { return 0; }' > blue.c; gcc -c blue.c",
        reproduce="gcc app.c -Llib -lcolours -o app",
        fix="ar rcs lib/libcolours.a blue.o",
        confirm="gcc app.c -Llib -lcolours -o app && ./app",
        attributes="needs=gcc",
    ),
    "a function is mended for its test": Sample(
        error="FAILED test_calc.py::test_add - assert 3 == 4",
        files={
            "calc.py": "def add(a, b):\n    return a + b - 1\n",
            "test_calc.py": "from calc import add\n\n\ndef test_add():\n"
            "    assert add(2, 2) == 4\n",
        },
        reproduce="python3 -m pytest -q",
        fix="sed -i 's/ - 1//' calc.py",
        confirm="python3 -m pytest -q | grep -q '1 passed'",
        attributes="needs=python3-pytest timeout=60",
    ),
    "an archive is compressed": Sample(
        error="gzip: stdin: not in gzip format",
        setup="echo a > a.txt; tar -cf a.tar.gz a.txt; rm a.txt",
        reproduce="tar -xzf a.tar.gz",
        fix="gzip < a.tar.gz > b; mv b a.tar.gz",
        confirm="tar -xzf a.tar.gz && grep -qx a a.txt",
    ),
    "a branch is behind": Sample(
        error="error: failed to push some refs to '../../r.git'",
        setup="git config --global user.name a; git config --global user.email a@b.example\n"
        "git init -q --bare -b main ../r.git\n"
        "for name in one two; do git clone -q ../r.git $name 2> /dev/null; done\n"
        "cd one; git commit -q --allow-empty -m 1; git push -q origin HEAD:main\n"
        "cd ../two; git pull -q origin main; git commit -q --allow-empty -m 2\n"
        "git push -q origin HEAD:main\n"
        "cd ../one; git commit -q --allow-empty -m 3; git remote set-url origin ../../r.git",
        reproduce="cd one; git push -q origin HEAD:main",
        fix="cd one\ngit pull -q --rebase origin main",
        confirm="cd one; git push -q origin HEAD:main && git log -1 --format=%s | grep -qx 3",
        attributes="needs=git",
    ),
}
