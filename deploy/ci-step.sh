# A step of any CI system: runs FIXBOOK_SCRIPT, or reads FIXBOOK_LOG_FILE, and says what is known of
# the error, by a server (FIXBOOK_URL) or by a bundle (FIXBOOK_BUNDLE_FILE). Without an installed
# `fixbook` the script runs all the same. The result is always that of the script.
options=()
if [ -n "${FIXBOOK_BUNDLE_FILE:-}" ]; then options=(--bundle "$FIXBOOK_BUNDLE_FILE"); fi

if [ -n "${FIXBOOK_SCRIPT:-}" ]; then
  if command -v fixbook >/dev/null; then
    exec fixbook run "${options[@]}" -- bash -eo pipefail -c "$FIXBOOK_SCRIPT"
  fi
  exec bash -eo pipefail -c "$FIXBOOK_SCRIPT"
fi
if [ -r "${FIXBOOK_LOG_FILE:-}" ] && command -v fixbook >/dev/null; then
  # `tail … ; false` fails as the logged command did, and shows nothing of the log again
  fixbook run "${options[@]}" -- bash -c 'tail -c 65536 "$0" >&2; false' "$FIXBOOK_LOG_FILE" 2>&1 |
    sed -n '/^fixbook: \(exact\|likely\): /,$p'
fi
exit 0
