#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Blend the weights of two models of the same network, one trained from the other.

    blend.py A B SHARE OUTPUT

OUTPUT has (1 - SHARE) A + SHARE B, and the description and card of B.
"""

import sys

from safetensors import safe_open
from safetensors.numpy import load_file, save_file


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    a, b = load_file(sys.argv[1]), load_file(sys.argv[2])
    share = float(sys.argv[3])
    if {k: v.shape for k, v in a.items()} != {k: v.shape for k, v in b.items()}:
        sys.exit(f"{sys.argv[1]} and {sys.argv[2]} are not of the same network")
    for path, model in (sys.argv[1], a), (sys.argv[2], b):
        if any(weight.dtype == "int8" for weight in model.values()):
            sys.exit(f"{path} is of int8: blend first, then quantize")
    with safe_open(sys.argv[2], "numpy") as model:
        metadata = model.metadata()
    mean = {k: ((1.0 - share) * a[k] + share * b[k]).astype(a[k].dtype) for k in a}
    save_file(mean, sys.argv[4], metadata)


if __name__ == "__main__":
    main()
