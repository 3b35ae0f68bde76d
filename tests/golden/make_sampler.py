# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Print golden_sampler.h: distributions by NumPy in double precision.

python3 tests/golden/make_sampler.py > tests/net/golden_sampler.h
"""

import numpy as np

HEAD = """\
// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Made by tests/golden/make_sampler.py

#ifndef RONDO_TESTS_NET_GOLDEN_SAMPLER_H
#define RONDO_TESTS_NET_GOLDEN_SAMPLER_H

#include <cmath>
#include <cstddef>
#include <vector>

/// A distribution that is drawn from
struct GoldenSampler {
  double              temperature;
  size_t              top_k;
  double              top_p;
  std::vector<float>  logits;
  std::vector<double> probabilities;
};

// clang-format off
static const std::vector<GoldenSampler> golden_samplers = {"""
TAIL = """};
// clang-format on

#endif // RONDO_TESTS_NET_GOLDEN_SAMPLER_H"""


def distribution(logits, temperature, top_k, top_p):
    x = logits.astype(np.float64) / temperature
    order = np.argsort(-x, kind="stable")
    p = np.exp(x - x.max())
    keep = np.zeros(len(x), bool)
    keep[order[:top_k or len(x)]] = True
    p = np.where(keep, p, 0)
    p /= p.sum()
    before = np.cumsum(p[order]) - p[order]
    p[order[before >= top_p]] = 0
    return p / p.sum()


def main():
    rng = np.random.default_rng(7)
    print(HEAD)
    for n, temperature, top_k, top_p in [
            (1, 1, 0, 1), (7, 1, 0, 1), (7, 0.3, 0, 1), (7, 3, 0, 1),
            (9, 1, 3, 1), (9, 1, 0, 0.6), (9, 0.8, 5, 0.9), (9, 1, 100, 0.01),
            (40, 1.2, 20, 0.7), (13, 0.01, 0, 1)]:
        logits = (4 * rng.standard_normal(n)).round(2).astype(np.float32)
        if n == 9:
            logits[4] = logits[2]  # equals
            logits[6] = -np.inf
        p = distribution(logits, temperature, top_k, top_p)
        shown = ", ".join("-HUGE_VALF" if np.isinf(x) else f"{x:.2f}f"
                          for x in logits)
        print(f"  {{ {temperature}, {top_k}, {top_p},\n    {{ {shown} }},\n"
              f"    {{ {', '.join(repr(float(x)) for x in p)} }} }},")
    print(TAIL)


if __name__ == "__main__":
    main()
