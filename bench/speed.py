#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Print what running networks costs, beside what no program can go below and
beside ONNX Runtime and PyTorch where Python has them.

Usage: speed.py BUILD [--rounds N] [--core N] [--cells NAME,...] [--units N,...]

BUILD is a build folder with benchmarks.  All run by turns on one core, one
thread each: every round asks each for a time, the least of some milliseconds.
Tables have the least of all rounds and, after a stroke, their median.  RONDO_CPU
(such as avx2) chooses Rondo's kernels, but the bounds are those of the
processor.

A network is one layer, as wide as its input.  "read" is the time to read its
weights once, "fma" that of its multiply-adds; both are measured in the same
rounds.  ONNX Runtime is called from C with memory of the caller's, PyTorch from
Python, under inference_mode; both keep the state from call to call.
"""

import argparse
import glob
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time

MANY = 1000  # Steps of a long call
GATES = {"rnn": 1, "gru": 3, "lstm": 4}


class Failure(Exception):
    """What is to be told to the user."""


class Program:
    """A program that answers each line with a number."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            return float(self.process.stdout.readline())
        except (OSError, ValueError) as error:
            raise Failure(f"{self.process.args}: no answer") from error

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Rondo:
    """Networks of bench_net."""

    def __init__(self, build, kind, units):
        self.program = Program(os.path.join(build, "bench", "bench_net"),
                               "--ask", kind, str(units))
        questions = {"read": "read", "fma": "fma", "step": "step",
                     "channels": "channels", "block": "block 64",
                     "many": f"block {MANY}"}
        self.turns = {name: lambda line=line: self.program.ask(line)
                      for name, line in questions.items()}

    def close(self):
        self.program.close()


def write_onnx(path, kind, units, steps):
    """Write a model of one layer whose state goes in and out."""
    import numpy
    import onnx
    from onnx import helper

    def value(name, *shape):
        return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)

    def weights(name, *shape):
        data = (random.random(shape) - 0.5) * 0.1
        return onnx.numpy_helper.from_array(data.astype(numpy.float32), name)

    random = numpy.random.default_rng(1)
    rows = GATES[kind] * units
    states = ["h", "c"] if kind == "lstm" else ["h"]
    node = helper.make_node(
        kind.upper(), ["X", "W", "R", "B", "", *states],
        ["Y", *(f"{state}_n" for state in states)], hidden_size=units,
        **({"linear_before_reset": 1} if kind == "gru" else {}))
    graph = helper.make_graph(
        [node], kind,
        [value("X", steps, 1, units), *(value(s, 1, 1, units) for s in states)],
        [value("Y", steps, 1, 1, units),
         *(value(f"{s}_n", 1, 1, units) for s in states)],
        [weights("W", 1, rows, units), weights("R", 1, rows, units),
         weights("B", 1, 2 * rows)])
    model = helper.make_model(
        graph, ir_version=8, opset_imports=[helper.make_opsetid("", 14)])
    onnx.save(model, path)


class OnnxRuntime:
    @staticmethod
    def find():
        """Return the library of Python's package, or None."""
        if importlib.util.find_spec("onnx") is None:
            return None
        package = importlib.util.find_spec("onnxruntime")
        folders = package.submodule_search_locations if package else []
        return next((path for folder in folders for path in glob.glob(
            os.path.join(folder, "capi", "libonnxruntime.so*"))), None)

    def __init__(self, build, library, kind, units):
        self.programs = {}
        self.folder = tempfile.TemporaryDirectory()
        for steps in 1, MANY:
            path = os.path.join(self.folder.name, f"{steps}.onnx")
            write_onnx(path, kind, units, steps)
            self.programs[steps] = Program(
                os.path.join(build, "bench", "peer_onnxruntime"), library, path,
                kind, str(units), str(steps))
        self.turns = {"onnx step": lambda: self.programs[1].ask(""),
                      "onnx many": lambda: self.programs[MANY].ask("") / MANY}

    def close(self):
        for program in self.programs.values():
            program.close()
        self.folder.cleanup()


class PyTorch:
    def __init__(self, kind, units):
        import torch
        torch.set_num_threads(1)
        torch.manual_seed(1)
        self.torch = torch
        self.net = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU,
                    "lstm": torch.nn.LSTM}[kind](units, units).eval()
        self.turns = {
            "torch step": lambda x=torch.rand(1, 1, units): self.turn(x),
            "torch many": lambda x=torch.rand(MANY, 1, units): self.turn(x)}

    def turn(self, x):
        best = float("inf")
        state = None
        with self.torch.inference_mode():
            for _ in range(5):
                calls, start, now = 0, time.perf_counter(), 0.0
                while now < 1e-3:
                    _, state = self.net(x, state)
                    calls += 1
                    now = time.perf_counter() - start
                best = min(best, now / calls)
        return 1e9 * best / len(x)

    def close(self):
        pass


def measure(contestants, rounds):
    """Return the times of all turns of all contestants by name."""
    turns = {name: turn for contestant in contestants
             for name, turn in contestant.turns.items()}
    times = {name: [] for name in turns}
    for _ in range(rounds):
        for name, turn in turns.items():
            times[name].append(turn())
    return times


class Row:
    """What was measured of one network."""

    def __init__(self, times):
        self.times = times

    def time(self, name):
        times = self.times.get(name)
        return times and f"{min(times):.0f} / {statistics.median(times):.0f}"

    def ratio(self, name, other):
        if name not in self.times or other not in self.times:
            return None
        return f"{min(self.times[name]) / min(self.times[other]):.2f}"


# The columns of the table: head and cell
COLUMNS = [
    ("read", lambda row: row.time("read")),
    ("fma", lambda row: row.time("fma")),
    ("step", lambda row: row.time("step")),
    ("read ÷ step", lambda row: row.ratio("read", "step")),
    ("4 channels", lambda row: row.time("channels")),
    ("64 at a time", lambda row: row.time("block")),
    (f"{MANY}", lambda row: row.time("many")),
    (f"fma ÷ {MANY}", lambda row: row.ratio("fma", "many")),
    ("ONNX Runtime, step", lambda row: row.time("onnx step")),
    ("÷ ours", lambda row: row.ratio("onnx step", "step")),
    (f"ONNX Runtime, {MANY}", lambda row: row.time("onnx many")),
    ("÷ ours", lambda row: row.ratio("onnx many", "many")),
    ("PyTorch, step", lambda row: row.time("torch step")),
    ("÷ ours", lambda row: row.ratio("torch step", "step")),
    (f"PyTorch, {MANY}", lambda row: row.time("torch many")),
    ("÷ ours", lambda row: row.ratio("torch many", "many")),
]


def print_networks(options):
    library = OnnxRuntime.find()
    has_torch = importlib.util.find_spec("torch") is not None
    columns = [(head, cell) for head, cell in COLUMNS[:8]]
    columns += COLUMNS[8:12] if library else []
    columns += COLUMNS[12:] if has_torch else []
    print(f"ns per step and channel, least / median of {options.rounds} rounds")
    print("\n| network | " + " | ".join(head for head, _ in columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for kind in options.cells:
        for units in options.units:
            contestants = [Rondo(options.build, kind, units)]
            if library:
                contestants.append(
                    OnnxRuntime(options.build, library, kind, units))
            if has_torch:
                contestants.append(PyTorch(kind, units))
            row = Row(measure(contestants, options.rounds))
            for contestant in contestants:
                contestant.close()
            print(f"| {kind} {units} | " +
                  " | ".join(cell(row) or "" for _, cell in columns) + " |",
                  flush=True)


def choose_core(core):
    cores = os.sched_getaffinity(0)
    core = max(cores) if core is None else core
    if core not in cores:
        raise Failure(f"expected a core of {sorted(cores)}, found {core}")
    os.sched_setaffinity(0, {core})


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--core", type=int)
    parser.add_argument("--cells", default="rnn,gru,lstm",
                        type=lambda text: text.split(","))
    parser.add_argument("--units", default="16,32,64,128,256,512",
                        type=lambda text: [int(n) for n in text.split(",")])
    options = parser.parse_args()
    try:
        choose_core(options.core)
        print_networks(options)
    except Failure as failure:
        print(f"speed.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
