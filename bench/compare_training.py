#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Time training steps of Rondo and PyTorch by turns, on the same machine.

Usage: compare_training.py BENCH_TRAINING [ROUNDS [THREADS]]

A step is forward, mean squared error, backward and Adam on 32 sequences of
100 steps and 64 inputs.  Every round asks for a few steps of Rondo on one
thread, of PyTorch on one, of Rondo on two, of PyTorch on two; the table has
the shortest step and the median of the rounds, and their ratios: processor
time for one thread, so that other work on the machine counts less, and real
time for two, which wants an idle machine: with THREADS 1 these are left out.
"""

import statistics
import subprocess
import sys
import time

import torch

STEPS, BATCH, INPUTS = 100, 32, 64
TIMES = 3  # Steps of one turn


class Rondo:
    def __init__(self, program, kind, units, threads):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.question = f"{kind} {units} {threads} {TIMES}\n"

    def turn(self):
        self.process.stdin.write(self.question)
        self.process.stdin.flush()
        return [float(word) for word in self.process.stdout.readline().split()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class PyTorch:
    def __init__(self, kind, units, threads):
        torch.manual_seed(1)
        self.threads = threads
        self.net = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](
            INPUTS, units)
        self.optimizer = torch.optim.Adam(self.net.parameters(), 1e-3,
                                          foreach=True)
        self.x = torch.rand(STEPS, BATCH, INPUTS) - 0.5
        self.target = torch.rand(STEPS, BATCH, units) - 0.5

    def turn(self):
        torch.set_num_threads(self.threads)
        clock = time.process_time if self.threads == 1 else time.perf_counter
        times = []
        for _ in range(TIMES):
            start = clock()
            self.optimizer.zero_grad(set_to_none=True)
            y, _ = self.net(self.x)
            torch.nn.functional.mse_loss(y, self.target).backward()
            self.optimizer.step()
            times.append(clock() - start)
        return times

    def close(self):
        pass


def compare(kind, units, peers, rounds):
    """Time peers by turns, and print a row: Rondo before PyTorch, by twos."""
    times = [[] for _ in peers]
    for peer in peers:
        peer.turn()  # Warm up
    for _ in range(rounds):
        for peer, list_ in zip(peers, times):
            list_.append(min(peer.turn()))
    for peer in peers:
        peer.close()
    best = [1e3 * min(t) for t in times]
    middle = [1e3 * statistics.median(t) for t in times]
    cells = [f"{b:.1f} / {m:.1f}" for b, m in zip(best, middle)]
    pairs = [(1, 0), (3, 2), (0, 2)] if len(peers) > 2 else [(1, 0)]
    ratios = [f"{best[i] / best[j]:.2f} / {middle[i] / middle[j]:.2f}"
              for i, j in pairs]
    print(f"{kind:5}{units:4} " + "".join(f"{cell:>16}" for cell in cells) +
          "".join(f"{ratio:>14}" for ratio in ratios), flush=True)


def main():
    program = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    print(f"PyTorch {torch.__version__},"
          f" {torch.backends.cpu.get_cpu_capability()};"
          f" milliseconds of a step: minimum / median of {rounds} rounds")
    print(f"{'':10}" + "".join(f"{f'Rondo, {n}':>16}{f'PyTorch, {n}':>16}"
                              for n in range(1, most + 1)) +
          f"{'1 thread':>14}" +
          (f"{'2 threads':>14}{'2 : 1':>14}" if most > 1 else ""))
    for kind in "lstm", "gru":
        for units in 128, 256, 512:
            peers = []
            for threads in range(1, most + 1):
                peers += [Rondo(program, kind, units, threads),
                          PyTorch(kind, units, threads)]
            compare(kind, units, peers, rounds)


if __name__ == "__main__":
    main()
