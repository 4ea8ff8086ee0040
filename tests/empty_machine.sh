#!/usr/bin/env bash
# empty_machine.sh SUITE [test]: the first command of the README, and the second as well, in a root
# file system of a Debian release with nothing but Python and make, made for this and removed
# afterwards. Needs root and mmdebstrap.
# Variables of pip and proxies are passed on, and so are the CA certificates of this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=$1 second=${2:-} port=${PORT:-8712} log=$(mktemp)
root=$(mktemp -d)
server=

clean() {
    [[ -z $server ]] || kill -- "-$server" 2>/dev/null || true
    umount --lazy "$root/proc" "$root/dev/pts" 2>/dev/null || true
    rm -rf --one-file-system "$root"
}
trap clean EXIT

mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,make "$suite" "$root"
mkdir -p "$root/srv/fixbook" "$root/etc/ssl/certs"
git archive HEAD | tar --extract --directory "$root/srv/fixbook"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null || true
mount -t proc proc "$root/proc"
mount --bind /dev/pts "$root/dev/pts"  # terminals, as every container has them
mapfile -t passed < <(env | grep -iE '^(pip_cert|pip_default_timeout|pip_index_url|(https?|no)_proxy)=' || true)
inside=(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "${passed[@]}")
setsid "${inside[@]}" FIXBOOK_PORT="$port" chroot "$root" make -C /srv/fixbook serve >"$log" 2>&1 &
server=$!
answers=

for _ in $(seq 900); do
    if curl --fail --silent "http://127.0.0.1:$port/api/v1/search?q=EADDRINUSE" |
        grep --quiet '"slug":"address-already-in-use'; then
        answers=yes
        break
    fi
    kill -0 "$server" 2>/dev/null || break
    sleep 1
done
[[ $answers ]] || { cat "$log" >&2; exit 1; }
echo "$suite: make serve answers"
kill -- "-$server" && server=
if [[ $second == test ]]; then
    "${inside[@]}" chroot "$root" make -C /srv/fixbook test
    echo "$suite: make test is green"
fi
