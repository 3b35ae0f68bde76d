#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Print what Rondo costs, beside what no program can go below and beside ONNX
Runtime and PyTorch where Python has them.

Usage: speed.py BUILD [--rounds N] [--core N] [--cells NAME,...] [--units N,...]
                [--only PART]

BUILD is a build folder with benchmarks.  The parts are:

  networks  steps of networks, with weights of float32 and of int8
  presets   a hop of each denoiser, and notes of the composer
  plugins   models and plugins at their start
  memory    what models, streams and plugins take
  training  a training step, if there is PyTorch

Networks run by turns on one core, one thread each: every round asks each for a
time, the least of some milliseconds.  Tables have the least of all rounds and,
after a stroke, their median.  RONDO_CPU (such as avx2) chooses Rondo's kernels;
the bounds are those of the processor.

A network is one layer, as wide as its input.  "read" is the time to read its
weights once, "fma" that of its multiply-adds in float32; both are measured in
the same rounds.  ONNX Runtime is called from C with memory of the caller's,
PyTorch from Python, under inference_mode; both keep the state from call to call.
"""

import argparse
import glob
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from time import perf_counter

FEW = 64  # Steps of a call of a block
MANY = 1000  # And of a long one, which other work disturbs more
GATES = {"rnn": 1, "gru": 3, "lstm": 4}


class Failure(Exception):
    """What is to be told to the user."""


class Program:
    """A program that answers each line with a number."""

    def __init__(self, *arguments):
        self.name = " ".join(arguments)
        try:
            self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, text=True)
        except OSError as error:
            raise Failure(error) from error

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            return float(self.process.stdout.readline())
        except (OSError, ValueError) as error:
            raise Failure(f"{self.name}: no answer") from error

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Rondo:
    """Networks of bench_net.  Turns of int8 are called so."""

    QUESTIONS = {"read": "read", "fma": "fma", "step": "step",
                 "channels": "channels", "block": f"block {FEW}",
                 "many": f"block {MANY}"}

    def __init__(self, build, kind, units, weights):
        program = Program(os.path.join(build, "bench", "bench_net"), "--ask",
                          kind, str(units), weights)
        prefix = "" if weights == "float32" else f"{weights} "
        self.program = program
        self.turns = {prefix + name: lambda line=line: program.ask(line)
                      for name, line in self.QUESTIONS.items()}
        self.error = program.ask("error")

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
        for steps in 1, FEW, MANY:
            path = os.path.join(self.folder.name, f"{steps}.onnx")
            write_onnx(path, kind, units, steps)
            self.programs[steps] = Program(
                os.path.join(build, "bench", "peer_onnxruntime"), library, path,
                kind, str(units), str(steps))
        self.turns = {"onnx step": lambda: self.programs[1].ask(""),
                      "onnx block": lambda: self.programs[FEW].ask("") / FEW,
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
            "torch block": lambda x=torch.rand(FEW, 1, units): self.turn(x),
            "torch many": lambda x=torch.rand(MANY, 1, units): self.turn(x)}

    def turn(self, x):
        best = float("inf")
        state = None
        with self.torch.inference_mode():
            for _ in range(5):
                calls, start, now = 0, perf_counter(), 0.0
                while now < 1e-3:
                    _, state = self.net(x, state)
                    calls += 1
                    now = perf_counter() - start
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

    def __init__(self, name, times, error):
        self.name = name
        self.times = times
        self.error = error

    def time(self, name):
        times = self.times[name]
        return f"{min(times):.0f} / {statistics.median(times):.0f}"

    def ratio(self, name, other):
        return f"{min(self.times[name]) / min(self.times[other]):.2f}"


def time(name):
    return lambda row: row.time(name)


def ratio(name, other):
    return lambda row: row.ratio(name, other)


# Columns of the tables: head and cell
OURS = [("read", time("read")), ("fma", time("fma")), ("step", time("step")),
        ("read ÷ step", ratio("read", "step")),
        ("4 channels", time("channels")), (f"{FEW} at a time", time("block")),
        (f"{MANY} at a time", time("many")),
        (f"fma ÷ {FEW}", ratio("fma", "block"))]
INT8 = [("read", time("int8 read")), ("step", time("int8 step")),
        ("read ÷ step", ratio("int8 read", "int8 step")),
        ("float32 ÷ int8", ratio("step", "int8 step")),
        ("4 channels", time("int8 channels")),
        ("float32 ÷ int8", ratio("channels", "int8 channels")),
        (f"{FEW} at a time", time("int8 block")),
        ("float32 ÷ int8", ratio("block", "int8 block")),
        ("error, rms", lambda row: f"{100 * row.error:.2f} %")]


def theirs(prefix):
    columns = []
    for head, name in (("step", "step"), (f"{FEW} at a time", "block"),
                       (f"{MANY} at a time", "many")):
        columns += [(head, time(f"{prefix} {name}")),
                    ("÷ ours", ratio(f"{prefix} {name}", name))]
    return columns


def print_row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def measure_network(options, kind, units, library, has_torch):
    exact, small = [Rondo(options.build, kind, units, weights)
                    for weights in ("float32", "int8")]
    contestants = [exact, small]
    if library:
        contestants.append(OnnxRuntime(options.build, library, kind, units))
    if has_torch:
        contestants.append(PyTorch(kind, units))
    times = measure(contestants, options.rounds)
    for contestant in contestants:
        contestant.close()
    return Row(f"{kind} {units}", times, small.error)


def print_rows(title, columns, rows):
    """Print a table; rows may be measured on the way."""
    print(f"\n{title}\n")
    print_row(["network", *(head for head, _ in columns)])
    print("|---" * (len(columns) + 1) + "|")
    for row in rows:
        print_row([row.name, *(cell(row) for _, cell in columns)])


def print_networks(options):
    library = OnnxRuntime.find()
    has_torch = importlib.util.find_spec("torch") is not None
    rows = []

    def measured():
        for kind in options.cells:
            for units in options.units:
                rows.append(measure_network(options, kind, units, library,
                                            has_torch))
                yield rows[-1]

    print("ns per step and channel, least / median of "
          f"{options.rounds} rounds; all tables are of the same rounds")
    print_rows("Weights of float32", OURS, measured())
    print_rows("Weights of int8", INT8, rows)
    if library:
        print_rows("ONNX Runtime", theirs("onnx"), rows)
    if has_torch:
        print_rows("PyTorch", theirs("torch"), rows)


def run(options, program, *arguments):
    """Return the lines that a program of the build prints."""
    path = os.path.join(options.build, "bench", program)
    try:
        done = subprocess.run([path, *arguments], stdout=subprocess.PIPE,
                              text=True, check=False)
    except OSError as error:
        raise Failure(error) from error
    if done.returncode:
        raise Failure(f"{path}: exit status {done.returncode}")
    return done.stdout.splitlines()


def find_preset(name):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return os.path.join(root, "presets", f"{name}.safetensors")


def print_presets(options):
    """Print medians of a hop of 10 ms, and how fast melodies are made."""
    for name in "voice", "voice-lookahead", "tiny":
        lines = run(options, "bench_denoise", find_preset(name), "1")
        at = next(i for i, line in enumerate(lines) if line.startswith("one hop"))
        print(f"{name}: {lines[at]}", *lines[at + 1:at + 7], sep="\n")
    lines = run(options, "bench_melody", find_preset("melody"), "-", "0.1")
    print("melody:", next(line for line in lines if "notes a second" in line))


def print_plugins(options):
    lines = run(options, "bench_plugins",
                os.path.join(options.build, "rondo.lv2"), "0.1")
    at = next(i for i, line in enumerate(lines) if line.startswith("run() of"))
    print(*lines[:at], sep="\n")


def print_memory(options):
    print(*run(options, "bench_memory",
               os.path.join(options.build, "rondo.lv2")), sep="\n")


def print_training(options):
    if importlib.util.find_spec("torch") is None:
        print("no PyTorch")
        return
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "compare_training.py")
    subprocess.run(
        [sys.executable, script,
         os.path.join(options.build, "bench", "bench_training"),
         str(options.rounds), "1"], check=True)


PARTS = {"networks": print_networks, "presets": print_presets,
         "plugins": print_plugins, "memory": print_memory,
         "training": print_training}


def choose_core(core):
    cores = os.sched_getaffinity(0)
    core = max(cores) if core is None else core
    if core not in cores:
        raise Failure(f"expected a core of {sorted(cores)}, found {core}")
    os.sched_setaffinity(0, {core})


def cells(text):
    names = text.split(",")
    if not set(names) <= set(GATES):
        raise argparse.ArgumentTypeError(
            f'expected some of {", ".join(GATES)}, found "{text}"')
    return names


def count(text):
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(
            f'expected an integer from 1 on, found "{text}"')
    return int(text)


def counts(text):
    return [count(n) for n in text.split(",")]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--rounds", type=count, default=15)
    parser.add_argument("--core", type=int)
    parser.add_argument("--cells", type=cells, default="rnn,gru,lstm")
    parser.add_argument("--units", type=counts, default="16,32,64,128,256,512")
    parser.add_argument("--only", choices=PARTS)
    options = parser.parse_args()
    try:
        choose_core(options.core)
        for name in [options.only] if options.only else PARTS:
            print(f"\n## {name}\n", flush=True)
            PARTS[name](options)
    except Failure as failure:
        print(f"speed.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
