#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Print golden_int8.h: a matrix quantised by NumPy, and its products.

python3 tests/golden/make_int8.py > tests/net/golden_int8.h

Weights get one scale per row, inputs one per vector; both are rounded to the
nearest integer, halves to even.  Products are exact sums of integers, scaled
in float64.  Made with NumPy 2.4.6; any recent one will do.
"""

import numpy as np

N_ROWS, N_INPUTS, N_VECTORS = 19, 37, 3

HEADER = """\
// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Made by tests/golden/make_int8.py

#ifndef RONDO_TESTS_NET_GOLDEN_INT8_H
#define RONDO_TESTS_NET_GOLDEN_INT8_H

#include <cstddef>
#include <cstdint>

// clang-format off

namespace golden {
"""

FOOTER = """
} // namespace golden

#endif // RONDO_TESTS_NET_GOLDEN_INT8_H"""


def quantise(x):
    """Return the integers and the scale of each row of x, in float32."""
    scale = np.abs(x).max(axis=1, keepdims=True) / np.float32(127)
    return np.rint(x / scale).astype(np.int32), scale


def write(name, kind, x, digits):
    """Write one array of C++."""
    numbers = ", ".join(digits % y for y in np.ravel(x))
    print(f"constexpr {kind} {name}[] = {{ {numbers} }};")


def main():
    """Write the header."""
    random = np.random.default_rng(1)
    w = random.normal(size=(N_ROWS, N_INPUTS)).astype(np.float32)
    x = random.normal(size=(N_VECTORS, N_INPUTS)).astype(np.float32)
    w[3, 1] = 9  # One weight far above the others
    x *= np.array([[1], [1e-3], [1e3]], dtype=np.float32)
    b = random.normal(size=N_ROWS).astype(np.float32)
    wq, w_scale = quantise(w)
    xq, x_scale = quantise(x)
    y = (xq @ wq.T) * (x_scale.astype(float) * w_scale.T.astype(float)) + b
    print(HEADER)
    print(f"constexpr std::size_t n_rows = {N_ROWS};")
    print(f"constexpr std::size_t n_inputs = {N_INPUTS};")
    print(f"constexpr std::size_t n_vectors = {N_VECTORS};")
    write("weights", "float", w, "%.9ef")
    write("bias", "float", b, "%.9ef")
    write("inputs", "float", x, "%.9ef")
    write("integers", "std::int8_t", wq, "%d")
    write("scales", "float", w_scale, "%.9ef")
    write("products", "double", y, "%.17e")
    print(FOOTER)


if __name__ == "__main__":
    main()
