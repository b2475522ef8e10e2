#!/usr/bin/env bash
# Gradescope runs this once, when the autograder is built: Python, the harness, and nothing newer.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
cd "$root/source"

python=""
for one in python3.13 python3.12 python3.11 python3; do
    if "$one" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
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

"$python" -m venv "$root/venv"
cd harness
"$root/venv/bin/python" -m pip install "@TORCH@" --index-url "@INDEX@"
"$root/venv/bin/python" -m pip install -r requirements.txt
# Submissions run as another user, who is not to read the answers.
chmod -R go-rwx "$root/source"
"$root/venv/bin/cgp" --version
