#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Run the examples of docs/pytorch.md as they stand.

Usage: check_pytorch.py RONDO DOCUMENT

Blocks of Python share one set of names; blocks of shell find the program RONDO
under the name rondo.  Exit status 77, a skipped test, without PyTorch.
"""

import os
import re
import subprocess
import sys
import tempfile


def main():
    rondo, document = map(os.path.abspath, sys.argv[1:3])
    try:
        import numpy, safetensors, torch  # noqa: F401, E401
    except ImportError as error:
        print(f"skipped: {error}")
        return 77

    with open(document, encoding="utf-8") as file:
        text = file.read()
    blocks = list(re.finditer(r"^```(python|sh)\n(.*?)^```", text,
                              re.DOTALL | re.MULTILINE))
    names = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.symlink(rondo, "rondo")
        path = folder + os.pathsep + os.environ["PATH"]
        for block in blocks:
            line = text.count("\n", 0, block.start()) + 1
            print(f"{document}:{line}: {block[1]}", flush=True)
            if block[1] == "python":
                # Tracebacks then have the lines of the document
                exec(compile("\n" * line + block[2], document, "exec"), names)
            else:
                subprocess.run(["sh", "-eu", "-c", block[2]], check=True,
                               env={**os.environ, "PATH": path})
        os.chdir("/")
    return 0 if blocks else 1


if __name__ == "__main__":
    sys.exit(main())
