"""Everyday checks that prove what they say."""

from collections.abc import Mapping

from tests.verify.lying_checks import Sample

TLS_SERVER = """\
import http.server, ssl
server = http.server.ThreadingHTTPServer(
    ("127.0.0.1", 8533),
    lambda *a: http.server.SimpleHTTPRequestHandler(*a, directory="www"),
)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("c.pem", "k.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""
APT = """\
Dir "/home/user/work";
Dir::Etc "etc";
Dir::State "state";
Dir::State::status "/home/user/work/status";
Dir::Cache "cache";
APT::Update::Error-Mode "any";
"""

EVERYDAY: Mapping[str, Sample] = {
    "git, not a repository": Sample(
        error="fatal: not a git repository (or any parent up to mount point /home)",
        reproduce="git status",
        fix="git init -q",
        confirm="git status | grep -q 'No commits yet'",
        attributes="needs=git",
        solution="`git init`",
    ),
    "git, identity unknown": Sample(
        error="fatal: unable to auto-detect email address (got 'user@sandbox.(none)')",
        setup="git init -q; git config user.name a",
        reproduce="git commit -q --allow-empty -m a",
        fix="git config user.email a@b.example",
        confirm="git commit -q --allow-empty -m a && git log | grep -q a@b.example",
        attributes="needs=git",
    ),
    "git, pathspec": Sample(
        error="error: pathspec 'work' did not match any file(s) known to git",
        setup="git init -q\ngit config user.name a; git config user.email a@b.example\ngit "
        "commit -q --allow-empty -m a",
        reproduce="git checkout -q work",
        fix="git branch work",
        confirm="git checkout -q work && git branch --show-current | grep -qx work",
        attributes="needs=git",
    ),
    "git, hook's command is missing": Sample(
        error=".git/hooks/pre-commit: 2: lint-it: not found",
        setup="git init -q\ngit config user.name a; git config user.email a@b.example\n"
        "printf '#!/bin/sh\\nlint-it\\n' > .git/hooks/pre-commit; chmod +x "
        ".git/hooks/pre-commit",
        reproduce="PATH=$HOME/bin:$PATH git commit -q --allow-empty -m a",
        fix="mkdir ~/bin; printf '#!/bin/sh\\necho linted\\n' > ~/bin/lint-it; chmod +x "
        "~/bin/lint-it",
        confirm="PATH=$HOME/bin:$PATH git commit --allow-empty -m b 2>&1 | grep -q linted",
        attributes="needs=git",
    ),
    "git, remote is missing": Sample(
        error="fatal: 'origin' does not appear to be a git repository",
        setup="git init -q; git init -q --bare ../r.git",
        reproduce="git fetch origin",
        fix="git remote add origin ../r.git",
        confirm="git fetch origin && git remote -v | grep -q r.git",
        attributes="needs=git",
    ),
    "git, a part of it is not needed any more": Sample(
        error="fatal: unable to access 'https://git.example.com/a.git/': "
        "Could not resolve host: git.example.com",
        setup="git init -q; git init -q --bare ../r.git\n"
        "git remote add origin https://git.example.com/a.git",
        reproduce="git fetch origin",
        fix="git remote set-url origin ../r.git",
        confirm="git fetch origin",
        attributes="needs=git",
    ),
    "node, module not found": Sample(
        error="Error: Cannot find module './colours'",
        files={
            "app.js": "console.log(require('./colours').first);\n",
        },
        reproduce="node app.js",
        fix="echo \"exports.first = 'blue';\" > colours.js",
        confirm='test "$(node app.js)" = blue',
    ),
    "node, undefined property": Sample(
        error="TypeError: Cannot read properties of undefined (reading 'name')",
        files={
            "app.js": "const users = {};\nconsole.log('name:', users.first.name);\n",
        },
        reproduce="node app.js",
        fix="sed -i 's/users.first.name/users.first?.name ?? \"nobody\"/' app.js",
        confirm="test \"$(node app.js)\" = 'name: nobody'",
    ),
    "node, JSON": Sample(
        error="SyntaxError: Expected ',' or '}' after property value in JSON at position 12",
        files={
            "app.js": "console.log(JSON.parse(require('fs').readFileSync('config.json', "
            "'utf8')).b);\n",
            "config.json": '{"a": "x",  \n"b": 2}\n',
        },
        setup='echo \'{"a": "xyz" "b": 2}\' > config.json',
        reproduce="node app.js",
        fix='echo \'{"a": "xyz", "b": 2}\' > config.json',
        confirm='test "$(node app.js)" = 2',
    ),
    "node, require in a module": Sample(
        error="ReferenceError: require is not defined in ES module scope, you can use "
        "import instead",
        files={
            "app.mjs": "const fs = require('fs');\nconsole.log(typeof fs.readFileSync);\n",
        },
        reproduce="node app.mjs",
        fix="sed -i \"1s/.*/import fs from 'fs';/\" app.mjs",
        confirm='test "$(node app.mjs)" = function',
    ),
    "node, missing script": Sample(
        error='npm ERR! Missing script: "build"',
        files={
            "package.json": '{"name": "a", "version": "1.0.0", "scripts": {}}\n',
        },
        reproduce="npm run build 2>&1 | sed 's/^npm error/npm ERR!/'; exit ${PIPESTATUS[0]}",
        fix="npm pkg set scripts.build='echo built'",
        confirm="npm run -s build | grep -qx built",
        attributes="needs=npm timeout=60",
    ),
    "python, name is missing": Sample(
        error="NameError: name 'json' is not defined",
        files={
            "app.py": "print(json.dumps([1]))\n",
        },
        reproduce="python3 app.py",
        fix="sed -i '1i import json' app.py",
        confirm="test \"$(python3 app.py)\" = '[1]'",
    ),
    "python, key is missing": Sample(
        error="KeyError: 'colour'",
        files={
            "app.py": "import json\n\nprint(json.load(open('c.json'))['colour'])\n",
            "c.json": "{}\n",
        },
        reproduce="python3 app.py",
        fix='echo \'{"colour": "blue"}\' > c.json',
        confirm='test "$(python3 app.py)" = blue',
    ),
    "python, indentation": Sample(
        error="IndentationError: expected an indented block after 'if' statement on line 1",
        files={
            "app.py": "if True:\nprint('yes')\n",
        },
        reproduce="python3 app.py",
        fix="sed -i '2s/^/    /' app.py",
        confirm='test "$(python3 app.py)" = yes',
    ),
    "python, decode": Sample(
        error="UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 3: "
        "unexpected end of data",
        files={
            "app.py": "print(open('t.txt', encoding='utf-8').read())\n",
        },
        setup="printf 'caf\\351' > t.txt",
        reproduce="python3 app.py",
        fix="sed -i 's/utf-8/latin-1/' app.py",
        confirm='test "$(python3 app.py)" = café',
    ),
    "python, port in use": Sample(
        error="OSError: [Errno 98] Address already in use (while attempting to bind on "
        "address ('127.0.0.1', 8533))",
        files={
            "app.py": "import socket, sys\n\nsocket.create_server(('127.0.0.1', 8533)).close()\n"
            "print('bound')\n",
        },
        setup="python3 -m http.server 8533 --bind 127.0.0.1 >/dev/null 2>&1 & echo $! > "
        "pid\nfor _ in $(seq 100); do (: < /dev/tcp/127.0.0.1/8533) 2>/dev/null && "
        "break; sleep 0.1; done",
        reproduce="python3 app.py",
        fix="kill $(cat pid); sleep 0.3",
        confirm='test "$(python3 app.py)" = bound',
    ),
    "python, json on the command line": Sample(
        error="Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        setup="echo \"{'a': 1}\" > d.json",
        reproduce="python3 -m json.tool d.json",
        fix='sed -i "s/\'/\\"/g" d.json',
        confirm="python3 -m json.tool d.json | grep -q '\"a\": 1'",
    ),
    "python, circular": Sample(
        error="ImportError: cannot import name 'b' from partially initialized module 'm' "
        "(most likely due to a circular import) (/home/user/work/m.py)",
        files={
            "m.py": "from n import c\nb = 1\n",
            "n.py": "from m import b\nc = 2\n",
        },
        reproduce="python3 -c 'import m'",
        fix="echo 'c = 2' > n.py",
        confirm="test $(python3 -c 'import m; print(m.b + m.c)') = 3",
    ),
    "gcc, undeclared": Sample(
        error="app.c:1:28: error: 'EXIT_OK' undeclared (first use in this function)",
        setup="echo 'int main(void) { return    EXIT_OK; }' > app.c",
        reproduce="LC_ALL=C gcc app.c -o app",
        fix="sed -i 's/EXIT_OK/0/' app.c",
        confirm="LC_ALL=C gcc app.c -o app && ./app && test -x app",
        attributes="needs=gcc",
    ),
    "gcc, header is missing": Sample(
        error="app.c:1:10: fatal error: colours.h: No such file or directory",
        setup="printf '#include \"colours.h\"\\nint main(void) { return BLUE; }\\n' > app.c",
        reproduce="gcc app.c -o app",
        fix="mkdir -p include; echo '#define BLUE 0' > colours.h",
        confirm="gcc app.c -o app && ./app",
        attributes="needs=gcc",
    ),
    "make, no rule": Sample(
        error="make: *** No rule to make target 'input.txt', needed by 'out'.  Stop.",
        setup="printf 'out: input.txt\\n\\tcp input.txt out\\n' > Makefile",
        reproduce="make out",
        fix="echo a > input.txt",
        confirm="make out && test -e out",
        attributes="needs=make",
    ),
    "make, missing separator": Sample(
        error="Makefile:2: *** missing separator.  Stop.",
        setup="printf 'out:\\n    echo a > out\\n' > Makefile",
        reproduce="make out",
        fix="sed -i 's/^    /\\t/' Makefile",
        confirm="make out && grep -q a out",
        attributes="needs=make",
    ),
    "sqlite, no such table": Sample(
        error="Error: in prepare, no such table: jobs",
        reproduce="sqlite3 a.db 'SELECT count(*) FROM jobs'",
        fix="sqlite3 a.db 'CREATE TABLE jobs(a)'",
        confirm="test \"$(sqlite3 a.db 'SELECT count(*) FROM jobs')\" = 0",
        attributes="needs=sqlite3",
    ),
    "sqlite, unique": Sample(
        error="sqlite3.IntegrityError: UNIQUE constraint failed: jobs.id",
        setup="CREATE TABLE jobs(id UNIQUE, n);\nINSERT INTO jobs VALUES (1, 1);",
        reproduce="INSERT INTO jobs VALUES (1, 2);",
        fix="python3 -c \"import sqlite3 as s; c = s.connect('check.db'); "
        "c.execute('DELETE FROM jobs'); c.commit()\"",
        confirm='python3 -c "import sqlite3 as s; assert '
        "s.connect('check.db').execute('SELECT n FROM jobs').fetchall() == [(2,)]\"",
        language="sql",
    ),
    "bash, unbound": Sample(
        error="run.sh: line 2: NAME: unbound variable",
        files={
            "run.sh": 'set -u\necho "hello $NAME"\n',
        },
        reproduce="bash run.sh",
        fix="sed -i 's/\\$NAME/${NAME:-you}/' run.sh",
        confirm="test \"$(bash run.sh)\" = 'hello you'",
    ),
    "bash, conditional fallback": Sample(
        files={
            "run.sh": 'colour=$(cat settings) || exit 1\necho "colour $colour"\n',
        },
        reproduce="sh run.sh",
        fix="sed -i '1s/.*/test -f settings \\&\\& colour=$(cat settings) || colour=blue/' run.sh",
        confirm="test \"$(sh run.sh)\" = 'colour blue'",
    ),
    "bash, directory is missing": Sample(
        error="bash: line 1: out/log: No such file or directory",
        reproduce="echo a > out/log",
        fix="mkdir out",
        confirm="echo b > out/log && grep -q b out/log",
        solution="`mkdir out`",
    ),
    "mkdir, parent": Sample(
        error="mkdir: cannot create directory 'a/b': No such file or directory",
        reproduce="LC_ALL=C mkdir a/b",
        fix="mkdir a",
        confirm="LC_ALL=C mkdir a/c && test -d a/c",
    ),
    "rm, directory not empty": Sample(
        error="rmdir: failed to remove 'd': Directory not empty",
        setup="mkdir d; touch d/.x",
        reproduce="LC_ALL=C rmdir d",
        fix="rm d/.x",
        confirm="test ! -e d/.x",
    ),
    "ssh, permissions of a key": Sample(
        error='Load key "/home/user/.ssh/id": bad permissions',
        setup="mkdir ~/.ssh; ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id; chmod 644 ~/.ssh/id",
        reproduce="ssh-keygen -y -f ~/.ssh/id",
        fix="chmod 600 ~/.ssh/id",
        confirm="ssh-keygen -y -f ~/.ssh/id | grep -q ed25519",
        attributes="needs=ssh-keygen",
        solution="`chmod 600 ~/.ssh/id`",
    ),
    "ssh, configuration": Sample(
        error="/home/user/.ssh/config: terminating, 1 bad configuration options",
        setup="mkdir ~/.ssh; echo 'Prot 22' > ~/.ssh/config",
        reproduce="ssh -F ~/.ssh/config -G host",
        fix="echo 'Port 22' > ~/.ssh/config",
        confirm="ssh -F ~/.ssh/config -G host | grep -qx 'port 22'",
        attributes="needs=ssh",
    ),
    "tar, not found": Sample(
        error="tar: notes.txt: Cannot stat: No such file or directory",
        reproduce="LC_ALL=C tar -cf a.tar notes.txt",
        fix="echo a > notes.txt",
        confirm="tar -cf a.tar notes.txt && tar -tf a.tar | grep -qx notes.txt",
    ),
    "perl, module": Sample(
        error="Can't locate Colours.pm in @INC (you may need to install the Colours "
        "module) (@INC contains: lib",
        setup="mkdir lib; echo 'use Colours; print Colours::first(), \"\\n\";' > app.pl",
        reproduce="perl -Ilib app.pl 2>&1 | sed 's/contains: lib.*/contains: lib/'; exit "
        "${PIPESTATUS[0]}",
        fix="echo 'package Colours; sub first { \"blue\" } 1;' > lib/Colours.pm",
        confirm='test "$(perl -Ilib app.pl)" = blue',
    ),
    "apt, certificate is not trusted": Sample(
        error="Certificate verification failed: The certificate is NOT trusted. The certificate "
        "issuer is unknown.  Could not handshake: Error in the certificate verification. "
        "[IP: 127.0.0.1 8533]",
        files={"server.py": TLS_SERVER, "apt.conf": APT},
        setup="mkdir -p etc state/lists/partial cache/archives/partial www/d"
        "\ntouch status www/d/Packages"
        "\necho 'deb [trusted=yes] https://localhost:8533/d ./' > etc/sources.list"
        "\nopenssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=localhost"
        " -addext subjectAltName=DNS:localhost 2> log; python3 server.py 2> log &"
        "\nuntil curl -sko page https://127.0.0.1:8533/; do sleep 0.1; done",
        reproduce="APT_CONFIG=$PWD/apt.conf apt-get update",
        fix='echo "Acquire::https::CAInfo \\"$PWD/c.pem\\";" >> apt.conf',
        confirm="APT_CONFIG=$PWD/apt.conf apt-get update && ls state/lists | grep -q Packages",
        attributes="needs=apt-get,curl,openssl",
    ),
    "java, class is missing": Sample(
        error="java.lang.NoClassDefFoundError: Helper",
        files={
            "App.java": "class App {\n  public static void main(String[] args) {\n"
            "    System.out.println(new Helper().colour());\n  }\n}\n",
            "Helper.java": 'class Helper {\n  String colour() {\n    return "blue";\n  }\n}\n',
        },
        setup="javac -J-Xmx64m -J-XX:+UseSerialGC App.java; rm Helper.class",
        reproduce="java -Xmx64m -XX:+UseSerialGC App",
        fix="javac -J-Xmx64m -J-XX:+UseSerialGC Helper.java",
        confirm='test "$(java -Xmx64m -XX:+UseSerialGC App)" = blue',
        attributes="needs=java,javac timeout=60",
    ),
    "ruby, module": Sample(
        error="cannot load such file -- colours",
        files={"app.rb": "require 'colours'\n\nputs Colours::FIRST\n"},
        reproduce="ruby -Ilib app.rb",
        fix="mkdir lib; echo 'module Colours; FIRST = \"blue\"; end' > lib/colours.rb",
        confirm='test "$(ruby -Ilib app.rb)" = blue',
        attributes="needs=ruby",
    ),
    "ruby, kind of an exception": Sample(
        error="KeyError: key not found: :colour",
        files={"app.rb": "settings = {}\nputs settings.fetch(:colour)\n"},
        reproduce="ruby app.rb",
        fix="sed -i 's/{}/{colour: \"blue\"}/' app.rb",
        confirm='test "$(ruby app.rb)" = blue',
        attributes="needs=ruby",
    ),
    "curl, server is down": Sample(
        error="curl: (7) Failed to connect to 127.0.0.1 port 8533 after 0 ms: Couldn't "
        "connect to server",
        reproduce="curl -sS -o page http://127.0.0.1:8533/",
        fix="python3 -m http.server 8533 --bind 127.0.0.1 >/dev/null 2>&1 &\nfor _ in "
        "$(seq 100); do (: < /dev/tcp/127.0.0.1/8533) 2>/dev/null && break; sleep "
        "0.1; done",
        confirm="curl -sS http://127.0.0.1:8533/ | grep -qi directory",
        attributes="needs=curl",
    ),
    "c, a program is killed": Sample(
        error="Exit code 139",
        setup="printf 'int main(void) { int *p = 0; return *p; }\\n' > app.c; gcc app.c -o app",
        reproduce="./app",
        fix="echo '#include <stdio.h>\nint main(void) { puts(\"fine\"); return 0; }' > "
        "app.c; gcc app.c -o app",
        confirm="./app | grep -q fine",
        attributes="exit=139",
    ),
}
