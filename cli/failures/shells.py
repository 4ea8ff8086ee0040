"""Shell functions that diagnose the last failed command from what the terminal still shows.

A shell does not keep the output of a command. Nothing is run again and nothing is recorded: tmux,
kitty and WezTerm give what is on the screen; elsewhere the function says how to wrap the command.
"""

from collections.abc import Mapping

_POSIX = """\
# Says what is known of the error of the last failed command: fixbook-last
fixbook_remember() { FIXBOOK_LAST_STATUS=$?; return $FIXBOOK_LAST_STATUS; }
fixbook-last() {
  if [ "${FIXBOOK_LAST_STATUS:-0}" = 0 ]; then
    echo 'fixbook: the last command did not fail' >&2
  elif [ -n "$TMUX" ]; then
    tmux capture-pane -p -J -S -200 | fixbook diagnose --limit 1
  elif [ -n "$KITTY_LISTEN_ON" ]; then
    kitty @ get-text --extent last_non_empty_output | fixbook diagnose --limit 1
  elif [ -n "$WEZTERM_PANE" ]; then
    wezterm cli get-text --start-line -200 | fixbook diagnose --limit 1
  else
    echo 'fixbook: this terminal keeps its text; use: fixbook run COMMAND' >&2
  fi
}
"""
SHELLS: Mapping[str, str] = {
    "bash": f"""{_POSIX}PROMPT_COMMAND="fixbook_remember${{PROMPT_COMMAND:+; $PROMPT_COMMAND}}"
""",
    "zsh": f"""{_POSIX}precmd_functions=(fixbook_remember $precmd_functions)
""",
    "fish": """\
# Says what is known of the error of the last failed command: fixbook-last
function fixbook_remember --on-event fish_postexec
    set -g FIXBOOK_LAST_STATUS $status
end
function fixbook-last
    if test "$FIXBOOK_LAST_STATUS" = 0 -o -z "$FIXBOOK_LAST_STATUS"
        echo 'fixbook: the last command did not fail' >&2
    else if set -q TMUX
        tmux capture-pane -p -J -S -200 | fixbook diagnose --limit 1
    else if set -q KITTY_LISTEN_ON
        kitty @ get-text --extent last_non_empty_output | fixbook diagnose --limit 1
    else if set -q WEZTERM_PANE
        wezterm cli get-text --start-line -200 | fixbook diagnose --limit 1
    else
        echo 'fixbook: this terminal keeps its text; use: fixbook run COMMAND' >&2
    end
end
""",
}
"""By shell: what to evaluate in its start-up file."""
