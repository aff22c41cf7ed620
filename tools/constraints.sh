#!/bin/sh
# Write constraints.txt anew from a virtual environment that passes the tests: tools/constraints.sh VENV
set -eu
{
    echo "# Exact versions with which the tests pass; written by tools/constraints.sh."
    "$1/bin/python" -m pip --disable-pip-version-check freeze --exclude-editable --exclude publisher 2>/dev/null |
        grep -E '^[A-Za-z0-9_.-]+==' | LC_ALL=C sort -f
} > constraints.txt
