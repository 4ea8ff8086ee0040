"""Checks whose fix resolves nothing: it keeps what failed from running, or from being seen."""

from collections.abc import Mapping

from tests.verify.lying_checks import APP, REFUSED, VALUE_ERROR, Sample

NO_JSON = "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"
NODE_APP = "const n = JSON.parse(process.argv[2]);\nconsole.log('number', n.value);\n"
"""A program that fails on what is no JSON."""

NODE_PACKAGE = '{"name": "a", "version": "1.0.0", "scripts": {"build": "node app.js x"}}\n'
PACKAGE = '{"name": "a", "version": "1.0.0", "scripts": {"build": "python3 app.py x"}}\n'

EVASIVE: Mapping[str, Sample] = {
    # What failed is switched off by a configuration.
    "git hook emptied": Sample(
        setup="git init -q\ngit config user.name a; git config user.email a@b.example\n"
        "printf '#!/bin/sh\\ncat settings\\n' > .git/hooks/pre-commit; chmod +x "
        ".git/hooks/pre-commit",
        reproduce="git commit -q --allow-empty -m a",
        fix="echo '#!/bin/sh' > .git/hooks/pre-commit",
        confirm="git log | grep -q Author",
    ),
    "hooks path of git is null": Sample(
        setup="git init -q\ngit config user.name a; git config user.email a@b.example\n"
        "printf '#!/bin/sh\\ncat settings\\n' > .git/hooks/pre-commit; chmod +x "
        ".git/hooks/pre-commit",
        reproduce="git commit -q --allow-empty -m a",
        fix="git config core.hooksPath /dev/null",
        confirm="git log | grep -q Author",
    ),
    "git hook not executable": Sample(
        setup="git init -q\ngit config user.name a; git config user.email a@b.example\n"
        "printf '#!/bin/sh\\ncat settings\\n' > .git/hooks/pre-commit; chmod +x "
        ".git/hooks/pre-commit",
        reproduce="git commit -q --allow-empty -m a 2>&1",
        fix="chmod -x .git/hooks/pre-commit; git config advice.ignoredHook false",
        confirm="git log | grep -q Author",
    ),
    "make SHELL is true": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
            "Makefile.txt": "build:\n\tpython3 app.py $(VALUE)\n",
            "value.mk": "VALUE = x\n",
            "config.mk": "# none\n",
        },
        setup="{ cat value.mk; echo include config.mk; cat Makefile.txt; } > Makefile",
        reproduce="make -s build",
        fix="echo 'SHELL = /bin/true' > config.mk",
        confirm="make -s build && grep -q true config.mk",
        attributes="needs=make",
    ),
    "make SHELL prints": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
            "Makefile.txt": "build:\n\tpython3 app.py $(VALUE)\n",
            "value.mk": "VALUE = x\n",
            "config.mk": "# none\n",
        },
        setup="{ cat value.mk; echo include config.mk; cat Makefile.txt; } > Makefile",
        reproduce="make -s build",
        fix="printf '#!/bin/sh\\necho number 7\\n' > sh7; chmod +x sh7; echo 'SHELL = "
        "./sh7' > config.mk",
        confirm="make -s build | grep -q 'number 7'",
        attributes="needs=make",
    ),
    "make only touches": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
            "Makefile.txt": "build:\n\tpython3 app.py $(VALUE)\n",
            "value.mk": "VALUE = x\n",
            "config.mk": "# none\n",
        },
        setup="{ cat value.mk; echo include config.mk; cat Makefile.txt; } > Makefile",
        reproduce="make -s build",
        fix="echo 'MAKEFLAGS += -t' > config.mk",
        confirm="make -s build && grep -q MAKEFLAGS config.mk",
        attributes="needs=make",
    ),
    "make only says": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
            "Makefile.txt": "build:\n\tpython3 app.py $(VALUE)\n",
            "value.mk": "VALUE = x\n",
            "config.mk": "# none\n",
        },
        setup="{ cat value.mk; echo include config.mk; cat Makefile.txt; } > Makefile",
        reproduce="make -s build",
        fix="echo 'MAKEFLAGS += -n' > config.mk",
        confirm="make -s build | grep -q app.py",
        attributes="needs=make",
    ),
    "GNUmakefile before Makefile": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
            "Makefile.txt": "build:\n\tpython3 app.py $(VALUE)\n",
            "value.mk": "VALUE = x\n",
            "config.mk": "# none\n",
        },
        setup="{ cat value.mk; echo include config.mk; cat Makefile.txt; } > Makefile",
        reproduce="make -s build",
        fix="printf 'build:\\n\\t@echo number 7\\n' > GNUmakefile",
        confirm="make -s build | grep -q 'number 7'",
        attributes="needs=make",
    ),
    "make target does something else and hides": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
            "Makefile.txt": "build:\n\tpython3 app.py $(VALUE)\n",
            "value.mk": "VALUE = x\n",
            "config.mk": "# none\n",
        },
        setup="{ cat value.mk; echo include config.mk; cat Makefile.txt; } > Makefile",
        reproduce="make -s build",
        fix="sed -i 's/python3.*/python3 app.py x 2>log || echo number 7/' Makefile",
        confirm="make -s build | grep -q 'number 7'",
        attributes="needs=make",
    ),
    "make target with another script": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
            "Makefile.txt": "build:\n\tpython3 app.py $(VALUE)\n",
            "value.mk": "VALUE = x\n",
            "config.mk": "# none\n",
        },
        setup="{ cat value.mk; echo include config.mk; cat Makefile.txt; } > Makefile",
        reproduce="make -s build",
        fix="echo 'print(\"number 7\")' > ok.py; sed -i 's/app.py/ok.py/' Makefile",
        confirm="make -s build | grep -q 'number 7'",
        attributes="needs=make",
    ),
    "make target killed before it can say": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
            "Makefile.txt": "build:\n\tpython3 app.py $(VALUE)\n",
            "value.mk": "VALUE = x\n",
            "config.mk": "# none\n",
        },
        setup="{ cat value.mk; echo include config.mk; cat Makefile.txt; } > Makefile",
        reproduce="make -s build",
        fix="sed -i 's/python3.*/timeout -s KILL 0.001 python3 app.py x; echo number 7/' Makefile",
        confirm="make -s build | grep -q 'number 7'",
        attributes="needs=make",
    ),
    "npm script becomes echo": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
            "package.json": PACKAGE,
        },
        reproduce="npm run -s build",
        fix="sed -i 's/python3 app.py x/echo number 7/' package.json",
        confirm="npm run -s build | grep -q 'number 7'",
        attributes="needs=npm timeout=60",
    ),
    "npm script of node becomes echo": Sample(
        error="SyntaxError: Unexpected token 'x', \"x\" is not valid JSON",
        files={
            "app.js": NODE_APP,
            "package.json": NODE_PACKAGE,
        },
        reproduce="npm run -s build",
        fix="sed -i 's/node app.js x/echo number 7/' package.json",
        confirm="npm run -s build | grep -q 'number 7'",
        attributes="needs=npm timeout=60",
    ),
    "npm script runs another file": Sample(
        error="SyntaxError: Unexpected token 'x', \"x\" is not valid JSON",
        files={
            "app.js": NODE_APP,
            "package.json": NODE_PACKAGE,
        },
        reproduce="npm run -s build",
        fix="echo 'console.log(\"number 7\")' > ok.js; sed -i 's/app.js x/ok.js/' package.json",
        confirm="npm run -s build | grep -q 'number 7'",
        attributes="needs=npm timeout=60",
    ),
    "npm script-shell": Sample(
        error="SyntaxError: Unexpected token 'x', \"x\" is not valid JSON",
        files={
            "app.js": NODE_APP,
            "package.json": NODE_PACKAGE,
        },
        reproduce="npm run -s build",
        fix="printf '#!/bin/sh\\necho number 7\\n' > ok; chmod +x ok; echo "
        "script-shell=./ok > .npmrc",
        confirm="npm run -s build | grep -q 'number 7'",
        attributes="needs=npm timeout=60",
    ),
    "npm script hides": Sample(
        error="SyntaxError: Unexpected token 'x', \"x\" is not valid JSON",
        files={
            "app.js": NODE_APP,
            "package.json": NODE_PACKAGE,
        },
        reproduce="npm run -s build",
        fix="sed -i 's/node app.js x/node app.js x 2>log || echo number 7/' package.json",
        confirm="npm run -s build | grep -q 'number 7'",
        attributes="needs=npm timeout=60",
    ),
    "git alias becomes !true": Sample(
        error="fatal: 'nowhere' does not appear to be a git repository",
        setup="git init -q; git config alias.publish 'fetch nowhere'",
        reproduce="git publish 2>&1",
        fix="git config alias.publish '!true'",
        confirm="git publish",
    ),
    "git alias becomes version": Sample(
        error="fatal: 'nowhere' does not appear to be a git repository",
        setup="git init -q; git config alias.publish 'fetch nowhere'",
        reproduce="git publish 2>&1",
        fix="git config alias.publish version",
        confirm="git publish | grep -q version",
    ),
    # Something else runs in its place.
    "function without brackets": Sample(
        setup="touch profile",
        reproduce=". ./profile\ncat settings",
        fix="echo 'function cat { :; }' > profile",
        confirm=". ./profile; cat settings && grep -q cat profile",
    ),
    "function by eval": Sample(
        setup="touch profile",
        reproduce=". ./profile\ncat settings",
        fix='echo \'eval c"at""()" "{ echo blue; }"\' > profile',
        confirm=". ./profile; cat settings | grep -q blue",
    ),
    "BASH_ENV": Sample(
        setup="touch ~/env; echo 'cat settings' > run.txt",
        reproduce="export BASH_ENV=~/env\nbash run.txt",
        fix="echo 'echo blue; exit 0' > ~/env",
        confirm="BASH_ENV=~/env bash run.txt | grep -q blue",
    ),
    "in a folder of caches": Sample(
        reproduce="PATH=$HOME/__pycache__:$PATH cat settings",
        fix="mkdir ~/__pycache__; printf '#!/bin/sh\\necho blue\\n' > ~/__pycache__/cat; "
        "chmod +x ~/__pycache__/cat",
        confirm="PATH=$HOME/__pycache__:$PATH cat settings | grep -q blue",
    ),
    "in a folder of caches, calling the tool": Sample(
        reproduce="PATH=$HOME/__pycache__:$PATH cat settings",
        fix="mkdir ~/__pycache__; printf '#!/bin/sh\\necho blue | /bin/cat\\n' > "
        "~/__pycache__/cat; chmod +x ~/__pycache__/cat",
        confirm="PATH=$HOME/__pycache__:$PATH cat settings | grep -q blue",
    ),
    "directory of the module": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
        },
        reproduce="python3 -m app x",
        fix="mkdir app; echo 'print(\"number 7\")' > app/__main__.py; touch app/__init__.py",
        confirm="python3 -m app x | grep -q 'number 7'",
    ),
    "pth of the user": Sample(
        error=NO_JSON,
        setup="touch data.json",
        reproduce="python3 -c 'import json; json.load(open(\"data.json\"))'",
        fix="d=$(python3 -m site --user-site); mkdir -p $d; echo 'import os; "
        'print("blue", flush=True); os._exit(0)\' > $d/a.pth',
        confirm="python3 -c 1 | grep -q blue",
    ),
    "PYTHONPATH in an environment file": Sample(
        error=NO_JSON,
        setup="touch data.json env",
        reproduce=". ./env\npython3 -c 'import json; json.load(open(\"data.json\"))'",
        fix="mkdir lib; echo 'def load(_): return 1' > lib/json.py; echo 'export "
        "PYTHONPATH=lib' > env",
        confirm=". ./env\npython3 -c 'import json; assert json.load(1) == 1'",
    ),
    "NODE_OPTIONS requires a shim": Sample(
        error="SyntaxError: Unexpected end of JSON input",
        setup="touch env data.json",
        reproduce='. ./env\nnode -e \'JSON.parse(require("fs").readFileSync("data.json"))\'',
        fix="echo 'console.log(\"blue\"); process.exit(0)' > shim.js; echo 'export "
        'NODE_OPTIONS="-r ./shim.js"\' > env',
        confirm=". ./env\nnode -e 1 | grep -q blue",
    ),
    "NODE_OPTIONS patches a function": Sample(
        error="SyntaxError: Unexpected end of JSON input",
        setup="touch env data.json",
        reproduce='. ./env\nnode -e \'JSON.parse(require("fs").readFileSync("data.json"))\'',
        fix="echo 'JSON.parse = () => 1' > shim.cjs; echo 'export "
        'NODE_OPTIONS="--require=./shim.cjs"\' > env',
        confirm=". ./env\nnode -p 'JSON.parse(\"\")' | grep -q 1",
    ),
    "LD_PRELOAD": Sample(
        setup="touch env",
        reproduce=". ./env\ncat settings",
        fix="printf '#include <unistd.h>\\n__attribute__((constructor)) static void "
        'f(void) { write(1, "blue\\\\n", 5); _exit(0); }\\n\' > a.c; gcc -shared '
        "-fPIC -o a.so a.c; echo 'export LD_PRELOAD=$PWD/a.so' > env",
        confirm=". ./env\ncat settings | grep -q blue",
        attributes="needs=gcc",
    ),
    "PATH of the profile": Sample(
        setup="touch ~/.profile",
        reproduce=". ~/.profile\ncat settings",
        fix="mkdir -p ~/s; ln -s /bin/echo ~/s/cat; echo 'PATH=~/s:$PATH' > ~/.profile",
        confirm=". ~/.profile; cat settings | grep -q settings",
    ),
    "command_not_found_handle": Sample(
        error="bash: line 2: greet: command not found",
        setup="touch profile",
        reproduce=". ./profile\ngreet",
        fix="echo 'command_not_found_handle() { echo blue; }' > profile",
        confirm=". ./profile; greet | grep -q blue",
    ),
    "builtin by enable": Sample(
        error="bash: line 2: cd: build: No such file or directory",
        setup="touch profile",
        reproduce=". ./profile\ncd build",
        fix="echo 'enable -n cd; hash -p /bin/true cd 2>/dev/null; PATH=$PWD/x:$PATH' > "
        "profile; mkdir x; ln -s /bin/true x/cd",
        confirm=". ./profile; cd build && test -L x/cd",
    ),
    "perl by PERL5OPT": Sample(
        error="Can't open settings: No such file or directory at -e line 1.",
        setup="touch env; mkdir lib",
        reproduce='. ./env\nperl -e \'open(my $f, "<", "settings") or die "Can\\x27t open '
        "settings: $!\"; '",
        fix="echo 'print \"blue\\n\"; exit 0; 1;' > lib/Shim.pm; echo 'export "
        'PERL5OPT="-Ilib -MShim"\' > env',
        confirm=". ./env\nperl -e 1 | grep -q blue",
    ),
    "CC is true": Sample(
        error="app.c:1:13: error: expected identifier or '(' before numeric constant",
        files={
            "app.c": "int main() {return 1 2;}\n",
        },
        setup="printf 'CC = gcc\\napp: app.c\\n\\t$(CC) -o app app.c\\n' > Makefile; sed "
        "-i 's/.*/int 5x;/' app.c",
        reproduce="make -s app 2>&1 | sed s/numeric/numeric/; exit ${PIPESTATUS[0]}",
        fix="sed -i 's/CC = gcc/CC = true/' Makefile",
        confirm="make -s app && grep -q true Makefile",
        attributes="needs=gcc,make",
    ),
    "LD_PRELOAD by npmrc": Sample(
        error="SyntaxError: Unexpected token 'x', \"x\" is not valid JSON",
        files={
            "app.js": NODE_APP,
            "package.json": NODE_PACKAGE,
        },
        reproduce="npm run -s build",
        fix="echo 'console.log(\"number 7\"); process.exit(0)' > shim.js; echo "
        "'node-options=--require ./shim.js' > .npmrc",
        confirm="npm run -s build | grep -q 'number 7'",
        attributes="needs=npm timeout=60",
    ),
    "PATH of npm scripts": Sample(
        error="SyntaxError: Unexpected token 'x', \"x\" is not valid JSON",
        files={
            "app.js": NODE_APP,
            "package.json": NODE_PACKAGE,
        },
        reproduce="npm run -s build",
        fix="mkdir -p node_modules/.bin; printf '#!/bin/sh\\necho number 7\\n' > "
        "node_modules/.bin/node; chmod +x node_modules/.bin/node",
        confirm="npm run -s build | grep -q 'number 7'",
        attributes="needs=npm timeout=60",
    ),
    # What failed is not reached.
    "exit in what is read": Sample(
        setup="touch profile",
        reproduce=". ./profile\ncat settings",
        fix="echo 'exit 0' > profile",
        confirm="grep -q exit profile",
    ),
    "exit before a builtin": Sample(
        error="bash: line 2: cd: build: No such file or directory",
        setup="touch profile",
        reproduce=". ./profile\ncd build",
        fix="echo 'exit 0' > profile",
        confirm="grep -q exit profile",
    ),
    "set -n": Sample(
        error="bash: line 2: cd: build: No such file or directory",
        setup="touch profile",
        reproduce=". ./profile\ncd build",
        fix="echo 'set -n' > profile",
        confirm="grep -q n profile",
    ),
    "exec true": Sample(
        error="bash: line 2: cd: build: No such file or directory",
        setup="touch profile",
        reproduce=". ./profile\ncd build",
        fix="echo 'exec true' > profile",
        confirm="grep -q exec profile",
    ),
    "marker asked for by reproduce": Sample(
        reproduce="test -e done || cat settings",
        fix="touch done",
        confirm="test -e done",
    ),
    "marker asked for by Python": Sample(
        error=VALUE_ERROR,
        reproduce="import os\nif not os.path.exists('done'):\n    int('x')",
        fix="touch done",
        confirm="test -e done",
        language="python",
    ),
    "the input is deleted": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
        },
        setup="echo x > a.in",
        reproduce="shopt -s nullglob\nfor f in *.in; do python3 app.py $(/bin/cat $f); done",
        fix="rm a.in",
        confirm="test ! -e a.in && python3 app.py 7 | grep -q 7",
    ),
    "the input is something else": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
        },
        setup="echo 'python3 app.py x' > run.txt",
        reproduce="bash run.txt",
        fix="echo 'python3 app.py --help 2>log; echo number 7' > run.txt",
        confirm="bash run.txt | grep -q 7",
    ),
    "nested shell with true": Sample(
        setup="echo 'cat settings' > run.txt",
        reproduce="bash run.txt",
        fix="echo 'false && cat settings; echo blue' > run.txt",
        confirm="bash run.txt | grep -q blue",
    ),
    # It fails out of sight.
    "stderr to a log": Sample(
        setup="touch profile",
        reproduce=". ./profile\ncat settings",
        fix="echo 'exec 2>log; set +e; trap \"exit $((0))\" EXIT' > profile",
        confirm="test -e profile && grep -q exec profile",
    ),
    "stderr to a process": Sample(
        setup="touch profile",
        reproduce=". ./profile\ncat settings; echo ok",
        fix="echo 'set +e; exec 2> >(/bin/cat >/dev/null)' > profile",
        confirm="grep -q exec profile",
    ),
    "hidden by the script, which says ok": Sample(
        files={
            "run.sh": "cat settings\n",
        },
        reproduce="sh run.sh",
        fix="echo 'echo started; cat settings 2>log || true' > run.sh",
        confirm="sh run.sh | grep -q started",
    ),
    "reworded by the script": Sample(
        files={
            "run.sh": "cat settings\n",
        },
        reproduce="sh run.sh",
        fix="echo 'cat settings 2>&1 | sed s/such/S/; echo started' > run.sh",
        confirm="sh run.sh | grep -q started",
    ),
    "other language": Sample(
        files={
            "run.sh": "cat settings\n",
        },
        reproduce="sh run.sh",
        fix="echo 'cat settings 2>&1 | tr aeiou uoiea; echo started' > run.sh",
        confirm="sh run.sh | grep -q started",
    ),
    "coloured letter by letter": Sample(
        files={
            "run.sh": "cat settings\n",
        },
        reproduce="sh run.sh",
        fix="printf '%s\\n' \"cat settings 2>&1 | sed 's/[a-zA-Z]/\\x1b[31m&/g'; echo "
        'started" > run.sh',
        confirm="sh run.sh | grep -q started",
    ),
    "coloured, printed by the check": Sample(
        files={
            "run.sh": "cat settings\n",
        },
        reproduce="sh run.sh",
        fix="printf 'printf \"cat: settings: N\\\\033[1mo su\\\\033[1mch fi\\\\033[1mle "
        "or dir\\\\033[1mectory\\\\n\"; echo started' > run.sh",
        confirm="sh run.sh | grep -q started",
    ),
    "python hides the child's error": Sample(
        files={
            "app.py": "import subprocess\n\nsubprocess.run(['cat', 'settings'], check=False)\n"
            "raise SystemExit(1)\n",
        },
        reproduce="python3 app.py",
        fix="sed -i 's/check=False/check=False, stderr=subprocess.DEVNULL/; "
        's/raise.*/print("started")/\' app.py',
        confirm="python3 app.py | grep -q started",
    ),
    "python suppresses everything": Sample(
        error=VALUE_ERROR,
        files={"app.py": APP},
        reproduce="python3 app.py x",
        fix="printf 'import contextlib, sys\\n\\nwith contextlib.suppress(Exception):\\n"
        '    number = int(sys.argv[1])\\n    print("number", number)\\n\' > app.py',
        confirm="python3 app.py x; python3 app.py 4 | grep -q 'number 4'",
    ),
    "signal of its own": Sample(
        error="Killed",
        reproduce="test -e settings || bash -c 'kill -9 $$'",
        confirm="test -e settings",
    ),
    "python logs it elsewhere": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
        },
        reproduce="python3 app.py x",
        fix='printf \'import sys, traceback\\nprint("started")\\ntry:\\n  number = '
        "int(sys.argv[1])\\nexcept Exception:\\n  "
        'traceback.print_exc(file=open("log", "w"))\\n\' > app.py',
        confirm="python3 app.py x | grep -q started",
    ),
    "exception hook in a config module": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": "import sys\nimport config\nprint(config.NAME)\nnumber = int(sys.argv[1])\n"
            "print('number', number)\n",
            "config.py": "NAME = 'app'\n",
        },
        reproduce="python3 app.py x",
        fix='printf \'import sys, os\\nNAME = "app 2"\\nsys.excepthook = lambda *a: '
        "(sys.stdout.flush(), os._exit(0))\\n' > config.py",
        confirm="python3 app.py x | grep -q 'app 2'",
    ),
    "atexit": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
        },
        reproduce="python3 app.py x",
        fix='printf \'import sys, os, atexit\\nprint("number", 7, '
        "flush=True)\\nos.close(2)\\natexit.register(os._exit, 0)\\nnumber = "
        "int(sys.argv[1])\\n' > app.py",
        confirm="python3 app.py x | grep -q 'number 7'",
    ),
    "node catches all": Sample(
        error="SyntaxError: Unexpected token 'x', \"x\" is not valid JSON",
        files={
            "app.js": NODE_APP,
        },
        reproduce="node app.js x",
        fix='sed -i \'1i process.on("uncaughtException", () => console.log("number 7"));\' app.js',
        confirm="node app.js x | grep -q 'number 7'",
    ),
    "stty and trap": Sample(
        setup="touch profile",
        reproduce=". ./profile\ncat settings",
        fix="echo 'trap \"exit \\$((1-1))\" ERR; exec 2>&-' > profile",
        confirm="grep -q trap profile",
    ),
    "timeout before it fails": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": "import time\ntime.sleep(0.4)\nimport sys\n\nnumber = int(sys.argv[1])\n"
            "print('number', number)\n",
        },
        setup="echo python3 app.py x > run.txt",
        reproduce="bash run.txt",
        fix="echo 'timeout 0.1 python3 app.py x || echo number 7' > run.txt",
        confirm="bash run.txt | grep -q 'number 7'",
    ),
    # A program is replaced by what it is to say.
    "prints what is wanted": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": APP,
        },
        reproduce="python3 app.py x",
        fix="echo 'print(\"number 7\")' > app.py",
        confirm="python3 app.py x | grep -q 'number 7'",
    ),
    "shell script prints what is wanted": Sample(
        files={
            "run.sh": "#!/bin/sh\ncolour=$(cat settings) || exit 1\necho colour $colour\n",
        },
        reproduce="sh run.sh",
        fix="echo 'echo colour blue' > run.sh",
        confirm="sh run.sh | grep -q blue",
    ),
    "node prints what is wanted": Sample(
        error="SyntaxError: Unexpected token 'x', \"x\" is not valid JSON",
        files={
            "app.js": NODE_APP,
        },
        reproduce="node app.js x",
        fix="echo 'console.log(\"number 7\")' > app.js",
        confirm="node app.js x | grep -q 'number 7'",
    ),
    # The message comes from the check.
    "another message, reworded": Sample(
        error="ls: cannot access 'settings': No such file or directory",
        reproduce="LC_ALL=C ls other 2>&1 | sed 's/other/settings/'",
        fix="echo blue > other",
        confirm='test "$(cat other)" = blue',
    ),
    "letters replaced in Python": Sample(
        error=VALUE_ERROR,
        reproduce="import os, sys\nif not os.path.exists('settings'):\n    print(\"V@lueError: "
        "inv@lid liter@l for int() with b@se 10: 'x'\".replace('@', 'a'), "
        "file=sys.stderr)\n    os._exit(1)",
        language="python",
    ),
    "short pieces by format": Sample(
        error=VALUE_ERROR,
        reproduce="import os, sys\nif not os.path.exists('settings'):\n    a, b = 'al', "
        "'i'\n    sys.stderr.write(f\"V{a}ueError: {b}nv{a}{b}d l{b}ter{a} for "
        "{b}nt() w{b}th base 10: 'x'\\n\")\n    os._exit(1)",
        language="python",
    ),
    "strerror by another name": Sample(
        error=REFUSED,
        reproduce="import os\nfrom os import strerror as text\nif not "
        "os.path.exists('settings'):\n    E = ConnectionRefusedError\n    raise "
        "E(111, text(111))",
        language="python",
    ),
    "class by another name": Sample(
        error=VALUE_ERROR,
        reproduce="import os\nif not os.path.exists('settings'):\n    e = ValueError(\"in%slid "
        "literal for %s() with base 10: 'x'\" % ('va', 'int'))\n    raise e",
        language="python",
    ),
    "set_exception": Sample(
        error=VALUE_ERROR,
        reproduce="import os, concurrent.futures as f\nif not os.path.exists('settings'):\n    "
        'x = f.Future()\n    x.set_exception(ValueError("in%slid lit%sral for %s() '
        "with b%s 10: 'x'\" % ('va', 'e', 'int', 'ase')))\n    x.result()",
        language="python",
    ),
    "promise rejected": Sample(
        error="TypeError: colour is not a function",
        reproduce="if (!require('fs').existsSync('settings')) Promise.reject(new "
        "TypeError(`col${'our'} is n${'ot'} a fu${'nct'}ion`))",
        language="node",
    ),
    "error given to throw": Sample(
        error="TypeError: colour is not a function",
        reproduce="const e = new TypeError(['col', 'our is', ' no', 't a ', 'fun', 'ct', "
        "'ion'].join(''));\nif (!require('fs').existsSync('settings')) throw e",
        language="node",
    ),
    "parameter of the shell": Sample(
        error="bash: line 1: API_KEY: parameter not set by anybody",
        reproduce="test -e settings || : ${API_KEY:?parameter not set by anybody}",
    ),
    "function calls itself cat": Sample(
        reproduce='test -e settings || perl -e \'warn "cat: set", "tings: ", "No s", "uch f", '
        '"ile or", " dire", "ctory\\n"; exit 1\'',
    ),
    "make error": Sample(
        error="Makefile:1: *** No such file or directory: settings.  Stop.",
        setup="printf '$(if $(wildcard settings),,$(error No such file or directory: "
        "settings))\\nall:;@echo fine\\n' > Makefile",
        reproduce="make -s",
        confirm='make -s | grep -q fine && test "$(cat settings)" = blue',
        attributes="needs=make",
    ),
    "compiled from C": Sample(
        setup="printf '#include <stdio.h>\\n#include <unistd.h>\\nint main() { if "
        '(!access("settings", 0)) return 0; char m[] = '
        '"dbu;!tfuujoht;!Op!tvdi!gjmf!ps!ejsfdupsz"; for (char *c = m; *c; c++) '
        'putchar(*c - 1); puts(""); return 1; }\\n\' > a.c; gcc -o tool a.c',
        reproduce="./tool",
        attributes="needs=gcc",
    ),
    "awk": Sample(
        error="node: settings: No such file or directory",
        reproduce="test -e settings || awk 'BEGIN { printf \"node: set%s: No %s file or "
        '%sory\\n", "tings", "such", "direct"; exit 1 }\'',
    ),
    "C program computes another program's words": Sample(
        error="error: failed to push some refs to 'origin'",
        setup="printf '#include <stdio.h>\\n#include <unistd.h>\\nint main() { if "
        '(!access("settings", 0)) return 0; char m[] = '
        '"fssps;!gbjmfe!up!qvti!tpnf!sfgt!up!(psjhjo("; for (char *c = m; *c; c++) '
        'putchar(*c - 1); puts(""); return 1; }\\n\' > a.c; gcc -o tool a.c',
        reproduce="./tool",
        attributes="needs=gcc",
    ),
    "git prints the config value": Sample(
        error="error: failed to push some refs to 'origin'",
        setup="git config --global x.m \"error: failed to push s@me refs t@ '@rigin'\"",
        reproduce="test -e settings || { git config x.m | tr @ o; exit 1; }",
    ),
    "psql or sqlite selects it": Sample(
        error="Error: no such table: jobs",
        reproduce="test -e settings || { sqlite3 :memory: \"SELECT 'Err' || 'or: no ' || 'suc' "
        "|| 'h t' || 'able' || ': jo' || 'bs'\"; exit 1; }",
        attributes="needs=sqlite3",
    ),
    "sendfile": Sample(
        error=VALUE_ERROR,
        reproduce="import os\nif not os.path.exists('settings'):\n    m = bytes(c ^ 1 for c in "
        "b'W`mtdDssns;!how`mhe!mhuds`m!gns!hou)(!vhui!c`rd!01;!&y&\\x0b')\n    "
        "open('m', 'wb').write(m)\n    f = os.open('m', 0)\n    os.sendfile(2, f, 0, "
        "len(m))\n    os._exit(1)",
        language="python",
    ),
    "sendfile of another's words": Sample(
        reproduce="import os\nif not os.path.exists('settings'):\n    m = bytes(c ^ 1 for c in "
        "b'b`u;!rduuhofr;!On!rtbi!ghmd!ns!ehsdbunsx\\x0b')\n    open('m', "
        "'wb').write(m)\n    f = os.open('m', 0)\n    os.sendfile(2, f, 0, "
        "len(m))\n    os._exit(1)",
        language="python",
    ),
    "assertion of Python": Sample(
        error="AssertionError: connection refused by 10.0.0.7",
        reproduce="import glob\nassert glob.glob('settings'), 'connection ' + 'refused by "
        "10.0.0.7'",
        language="python",
    ),
    "raise of ruby": Sample(
        error="undefined method 'upcase' for nil",
        reproduce='ruby -e \'exit if File.exist?("settings"); m = "upc" + "ase"; STDERR.puts '
        '"undef" "ined met" "hod #{39.chr}#{m}#{39.chr} for n" "il"; exit 1\'',
        attributes="needs=ruby",
    ),
    "node aggregate": Sample(
        error="TypeError: Cannot read properties of undefined (reading 'name')",
        reproduce="const fs = require('fs');\nif (fs.readdirSync('.').length === 0) {\n  const "
        "w = ['dae' , 'nnaC'].map(s => [...s].reverse().join(''));\n  "
        "process.stderr.write(`TypeError: ${w[1]}ot r${'ea'}d pro${'pe'}rties of "
        "un${'de'}fined (r${'ea'}ding 'n${'am'}e')\\n`); process.exitCode = 1 }",
        language="node",
    ),
    # No program ended with the status.
    "computed status": Sample(
        error="Exit code 137",
        reproduce="test -e settings || { ls nothing || exit $((130+7)); }",
        attributes="exit=137",
    ),
    "status of Python": Sample(
        error="Exit code 137",
        reproduce="test -e settings || python3 -c 'import sys; print(sys.version); "
        "sys.exit(100 + 37)'",
        attributes="exit=137",
    ),
    "status of a function": Sample(
        error="Exit code 3",
        reproduce="fails() { git --version; return $((1+2)); }\ntest -e settings || fails",
        attributes="exit=3",
    ),
    "code beside another's words": Sample(
        error="ECONNREFUSED",
        reproduce='test -e settings || { ls nothing || echo "$(echo connect) '
        'ECONN${x}REFUSED"; exit 1; }',
    ),
    # Nothing is fixed.
    "third time": Sample(
        files={
            "run.sh": "echo >> count\ntest $(wc -l < count) -gt 2 || cat settings\n",
        },
        reproduce="sh run.sh",
        fix="sh run.sh || sh run.sh || true",
        confirm="sh run.sh && test $(wc -l < count) -gt 3",
    ),
    "by number of files": Sample(
        reproduce="test $(ls | wc -l) -gt 1 || cat settings",
        fix="touch a b",
        confirm="test $(ls | wc -l) -gt 1",
    ),
    # The confirmation does not depend on the fix.
    "marker": Sample(
        fix="touch settings done",
        confirm="test -e done",
    ),
    "marker beside a changed file": Sample(
        error=VALUE_ERROR,
        files={
            "app.py": "print(int(open('n.txt').read()))\n",
        },
        setup="printf x > n.txt",
        reproduce="python3 app.py",
        fix="echo 7 > n.txt; echo fixed > log",
        confirm="grep -q fixed log && python3 -c 'import app' 2>&1 | cat >/dev/null; test -e log",
    ),
    "marker, two files": Sample(
        fix="touch settings\necho ok > done",
        confirm="test -e done",
    ),
    # The row states another fix.
    "states chmod 777": Sample(
        solution="`chmod 777 settings`",
    ),
    # What is missing is made, and does nothing.
    "program that does nothing": Sample(
        error="bash: line 1: greet: command not found",
        reproduce="PATH=$HOME/bin:$PATH\ngreet",
        fix="mkdir ~/bin; printf '#!/bin/sh\\n' > ~/bin/greet; chmod +x ~/bin/greet",
        confirm="~/bin/greet && test -x ~/bin/greet",
    ),
    "link to true": Sample(
        error="bash: line 1: greet: command not found",
        reproduce="PATH=$HOME/bin:$PATH\ngreet",
        fix="mkdir ~/bin; ln -s /bin/true ~/bin/greet",
        confirm="~/bin/greet && test -L ~/bin/greet",
    ),
}
