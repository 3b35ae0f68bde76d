#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Check that the audio thread's archives call nothing that is not allowed.

Usage: symbols.py [--find SYMBOL] NM ALLOWED ARCHIVE...

Every symbol that the archives leave undefined, taken together, must be in the
file ALLOWED.  With --find, SYMBOL must be the only one that is not: this is
how the check is seen to fail.
"""

import subprocess
import sys

# The linker's own, in position-independent code
LINKER = {"_GLOBAL_OFFSET_TABLE_"}


def read_symbols(nm, archive):
    """Return the defined and the undefined symbols, the latter with users."""
    text = subprocess.run([nm, "-A", archive], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    defined = set()
    undefined = {}
    for line in text.splitlines():
        # archive:member.o:0000000000000000 T symbol
        place, rest = line.rsplit(":", 1)
        kind, symbol = rest.split()[-2:]
        if kind == "U":
            member = place.rsplit(":", 1)[-1].rsplit("/", 1)[-1]
            undefined.setdefault(symbol, set()).add(member)
        elif kind.isupper() or kind in "vw":
            defined.add(symbol)
    return defined, undefined


def find_forbidden(nm, allowed, archives):
    """Return every forbidden symbol with the object files that use it."""
    defined = set(LINKER) | allowed
    undefined = {}
    for archive in archives:
        has, needs = read_symbols(nm, archive)
        if not has:
            sys.exit(f"{archive}: no symbols")
        defined |= has
        for symbol, members in needs.items():
            undefined.setdefault(symbol, set()).update(members)
    return {s: m for s, m in undefined.items() if s not in defined}


def main(arguments):
    expected = None
    if arguments[0] == "--find":
        expected = arguments[1]
        arguments = arguments[2:]

    nm, allowed_path, *archives = arguments
    with open(allowed_path, encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    allowed = {line for line in lines if line and not line.startswith("#")}

    forbidden = find_forbidden(nm, allowed, archives)
    for symbol, members in sorted(forbidden.items()):
        print(f"{symbol} is called by {', '.join(sorted(members))}")
    print(f"{len(archives)} archives, {len(forbidden)} forbidden symbols")
    return set(forbidden) != ({expected} if expected else set())


sys.exit(main(sys.argv[1:]))
