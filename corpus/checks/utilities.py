"""Utilities: programs that every system has and that a check calls in passing.

The version of one says little of where a fix works, and what one prints may be what it was given.
"""

SHELLS = frozenset({"bash", "dash", "ksh", "sh", "zsh"})
INTERPRETERS = frozenset({"java", "node", "perl", "php", "python3", "ruby"})
FILTERS = frozenset(
    """
    awk base32 base64 basenc bzcat cat column cut dd echo envsubst expand fmt fold gawk grep gunzip
    head hexdump mawk nl od paste printf rev sed seq sort tac tail tee tr uniq xxd xzcat yes zcat
    """.split()
)
"""Programs that print what they are given, or made of it."""
UTILITIES = (
    SHELLS
    | FILTERS
    | frozenset(
        """
        basename chgrp chmod chown cmp comm cp date df diff dirname du env expr false find getopt
        hostname id install kill ln ls md5sum mkdir mkfifo mktemp mv nice nohup pgrep pkill ps pwd
        readlink realpath rm rmdir setsid sha256sum sleep split stat stty test timeout touch true
        truncate uname wc which xargs
        """.split()
    )
)
"""Programs of the packages that every Debian system has."""
