#!/usr/bin/env bash
# Gradescope runs this once, when the autograder is built: Python, the harness, and nothing newer.
set -euo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive
root="${AUTOGRADER_ROOT:-/autograder}"
cd "$root/source"

python=""
for one in python3.13 python3.12 python3.11 python3; do
    if "$one" -I -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python="$one"
        break
    fi
done
if [ -z "$python" ]; then
    apt-get update
    for python in python3.12 python3.11; do
        apt-get install -y "$python" "$python-venv" && break
    done
fi

"$python" -I -m venv "$root/venv"
cd harness
"$root/venv/bin/python" -I -m pip install "@TORCH@" --index-url "@INDEX@"
"$root/venv/bin/python" -I -m pip install -r requirements.txt
# Submissions run as another user, who is not to read the answers.
chmod -R go-rwx "$root/source"
chmod a+x "$root"
"$root/venv/bin/cgp" --version
