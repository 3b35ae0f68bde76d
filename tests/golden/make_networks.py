#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Make random networks and what PyTorch says they compute.

    make_networks.py                  write networks.jsonl and networks.f32
    make_networks.py --check RONDO    compare the tool RONDO with PyTorch

The first writes, beside this script, one line per network with its
description and seed, and the outputs of all of them as little-endian float32,
one after the other (steps, outputs).  Weights and inputs are not stored: they
come from a hash (SplitMix64) that the test has too, see tests/net/networks.h.
PyTorch computes in float64 from float32 weights.  A GRU that resets before
the product is not in PyTorch and computed by hand here.

The second saves the same networks as a user of PyTorch would, with the
safetensors package, and runs them with `rondo run`, for every kernel variant,
as a whole and in streams of 1, 7 and 64 steps: all must be within 1e-5 and
the same to the last bit.

Made with PyTorch 2.13.0 and NumPy 2.4.6; any recent ones will do.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch

N_NETWORKS = 240
N_STEPS = 12
TOLERANCE = 1e-5
HERE = pathlib.Path(__file__).resolve().parent
ACTIVATIONS = ["identity", "relu", "tanh", "sigmoid", "softmax", "softplus"]


def hash_numbers(seed, n):
    """Return numbers 0 ... n - 1 of SplitMix64's sequence from `seed`."""
    with np.errstate(over="ignore"):
        index = np.arange(1, n + 1, dtype=np.uint64)
        x = np.uint64(seed) + index * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def uniform(seed, n):
    """Return n numbers in -1 <= x < 1, exact in float32."""
    bits = (hash_numbers(seed, n) >> np.uint64(40)).astype(np.float32)
    return bits * np.float32(2.0**-23) - np.float32(1.0)


def draw_inputs(seed, shape):
    n = int(np.prod(shape))
    flipped = seed ^ 0xFFFFFFFFFFFFFFFF
    return (np.float32(1.75) * uniform(flipped, n)).reshape(shape)


class Choices:
    """Draws of a network's shape, from a seed of its own."""

    def __init__(self, seed):
        self.generator = np.random.Generator(np.random.PCG64(seed))

    def below(self, n):
        return int(self.generator.integers(n))

    def one_of(self, items):
        return items[self.below(len(items))]

    def size(self, most=300):
        """Return 1 ... most, small ones as likely as large ones."""
        edges = [n for n in (1, 2, 15, 16, 17, 31, 33, 64, 129) if n <= most]
        if self.below(4) == 0:
            return self.one_of(edges)
        return int(np.exp(self.generator.uniform(0, np.log(most + 1))))


def make_layer(choices, kind, name, most):
    layer = {"name": name, "type": kind}
    if kind == "linear":
        layer["out"] = choices.size(most)
        if choices.below(4):
            layer["activation"] = choices.one_of(ACTIVATIONS)
        return layer
    layer["hidden"] = choices.size(most)
    if choices.below(2):
        layer["layers"] = 1 + choices.below(4)
    if kind == "rnn" and choices.below(2):
        layer["activation"] = choices.one_of(["tanh", "relu"])
    if kind == "gru" and choices.below(2):
        layer["reset"] = choices.one_of(["after", "before"])
    return layer


def make_description(number):
    choices = Choices(number)
    kinds = ["linear", "rnn", "gru", "lstm"]
    n_layers = 1 + choices.below(4)
    layers = []
    for i in range(n_layers):
        # The first layer's type goes round, so that all of them are there
        kind = kinds[number % 4] if i == 0 else choices.one_of(kinds)
        most = 300 if i + 1 < n_layers or number % 5 == 0 else 60
        name = ["in", "body.main", "mix_2", "head"][i]
        layer = make_layer(choices, kind, name, most)
        before = ["inputs"] + [other["name"] for other in layers]
        form = choices.below(3)
        if form == 1:
            layer["input"] = choices.one_of(before)
        elif form == 2:
            n_sources = 1 + choices.below(4)
            layer["input"] = [choices.one_of(before) for _ in range(n_sources)]
        layers.append(layer)
    return {"version": 1, "inputs": choices.size(), "layers": layers}


class GruBefore(torch.nn.GRU):
    """A stacked GRU whose reset gate acts ahead of the product."""

    def forward(self, x):
        for depth in range(self.num_layers):
            w, u, b, c = (
                getattr(self, f"{name}_l{depth}")
                for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            )
            n = self.hidden_size
            h = torch.zeros(n, dtype=x.dtype)
            outputs = []
            for xt in x:
                a = w @ xt + b
                gates = a[: 2 * n] + u[: 2 * n] @ h + c[: 2 * n]
                r, z = torch.sigmoid(gates).split(n)
                new = torch.tanh(a[2 * n :] + u[2 * n :] @ (r * h) + c[2 * n :])
                h = (1 - z) * new + z * h
                outputs.append(h)
            x = torch.stack(outputs)
        return x, h


class Model(torch.nn.Module):
    """A description in PyTorch."""

    def __init__(self, description):
        super().__init__()
        self.layers = description["layers"]
        widths = {"inputs": description["inputs"]}
        last = "inputs"
        self.sources = []
        self.parts = []
        for layer in self.layers:
            names = layer.get("input", last)
            names = [names] if isinstance(names, str) else names
            n_inputs = sum(widths[name] for name in names)
            self.sources.append(names)
            part = self.make_part(layer, n_inputs)
            self.parts.append(part)
            self.add_part(layer["name"], part)
            last = layer["name"]
            widths[last] = layer.get("out", layer.get("hidden"))
        self.n_outputs = widths[last]

    def add_part(self, name, part):
        """Add a module under a name that may hold dots, as modules nest."""
        *folders, leaf = name.split(".")
        parent = self
        for folder in folders:
            if not hasattr(parent, folder):
                parent.add_module(folder, torch.nn.Module())
            parent = getattr(parent, folder)
        parent.add_module(leaf, part)

    @staticmethod
    def make_part(layer, n_inputs):
        if layer["type"] == "linear":
            return torch.nn.Linear(n_inputs, layer["out"])
        shape = (n_inputs, layer["hidden"], layer.get("layers", 1))
        if layer["type"] == "rnn":
            kind = layer.get("activation", "tanh")
            return torch.nn.RNN(*shape, nonlinearity=kind)
        if layer["type"] == "lstm":
            return torch.nn.LSTM(*shape)
        if layer.get("reset") == "before":
            return GruBefore(*shape)
        return torch.nn.GRU(*shape)

    @staticmethod
    def activate(name, x):
        return {
            "identity": lambda y: y,
            "relu": torch.relu,
            "tanh": torch.tanh,
            "sigmoid": torch.sigmoid,
            "softmax": lambda y: torch.softmax(y, dim=-1),
            "softplus": torch.nn.functional.softplus,
        }[name](x)

    def forward(self, x):
        values = {"inputs": x}
        for layer, names, part in zip(self.layers, self.sources, self.parts):
            y = torch.cat([values[name] for name in names], dim=-1)
            if layer["type"] == "linear":
                y = self.activate(layer.get("activation", "identity"), part(y))
            else:
                y, _ = part(y)
            values[layer["name"]] = y
        return y

    def draw_weights(self, seed):
        """Fill in the tensors, in the order of state_dict()."""
        state = self.state_dict()
        n_all = sum(tensor.numel() for tensor in state.values())
        numbers = uniform(seed, n_all)
        at = 0
        for tensor in state.values():
            scale = np.float32(0.25)
            if tensor.dim() == 2:
                scale = np.float32(1.0 / np.sqrt(float(tensor.shape[1])))
            n = tensor.numel()
            values = scale * numbers[at : at + n]
            tensor.copy_(torch.from_numpy(values.reshape(tensor.shape)))
            at += n


def make_network(number, n_steps):
    """Return description, model in float32, inputs, outputs in float64."""
    description = make_description(number)
    seed = 1000 + number
    model = Model(description)
    with torch.no_grad():
        model.draw_weights(seed)
        x = draw_inputs(seed, (n_steps, description["inputs"]))
        exact = Model(description).double()
        exact.load_state_dict(model.state_dict())
        y = exact(torch.from_numpy(x).double()).numpy()
    return description, model, x, y


def write_golden():
    lines = []
    outputs = []
    for number in range(N_NETWORKS):
        description, _, _, y = make_network(number, N_STEPS)
        line = {
            "seed": 1000 + number,
            "steps": N_STEPS,
            "description": description,
        }
        lines.append(json.dumps(line, separators=(",", ":")) + "\n")
        outputs.append(y.astype("<f4").tobytes())
    (HERE / "networks.jsonl").write_text("".join(lines))
    (HERE / "networks.f32").write_bytes(b"".join(outputs))
    print(f"{N_NETWORKS} networks, {sum(map(len, outputs))} bytes of outputs")


def run_tool(rondo, folder, variant, stream):
    """Return what `rondo run` computes from x.npy."""
    output = folder / "y.npy"
    command = [rondo, "run", folder / "model.safetensors"]
    command += ["--input", folder / "x.npy", "--output", output]
    if stream:
        command += ["--stream", str(stream)]
    environment = dict(os.environ, RONDO_CPU=variant)
    subprocess.run(command, env=environment, check=True)
    y = np.load(output)
    output.unlink()
    return y


def check_network(rondo, folder, number, variants):
    """Return the largest error of all ways to run one network."""
    from safetensors.torch import save_file

    description, model, x, y = make_network(number, 130)
    save_file(
        model.state_dict(),
        folder / "model.safetensors",
        metadata={"rondo": json.dumps(description)},
    )
    np.save(folder / "x.npy", x)
    worst = 0.0
    for variant in variants:
        whole = run_tool(rondo, folder, variant, 0)
        if whole.shape != y.shape or whole.dtype != np.float32:
            sys.exit(f"network {number}: {whole.dtype} {whole.shape}")
        error = np.max(np.abs(whole - y) / np.maximum(1.0, np.abs(y)))
        worst = max(worst, error)
        for stream in (1, 7, 64):
            part = run_tool(rondo, folder, variant, stream)
            if part.tobytes() != whole.tobytes():
                sys.exit(f"network {number}, {variant}: --stream {stream}")
    return worst


def available_variants():
    """Return the names of the kernels that this processor can run."""
    flags = set()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith(("flags", "Features")):
            flags.update(line.split(":")[1].split())
    variants = ["baseline"]
    variants += ["avx2"] if {"avx2", "fma"} <= flags else []
    wide = {"avx512f", "avx512vl", "avx512dq"}
    variants += ["avx512"] if wide <= flags else []
    variants += ["neon"] if "asimd" in flags else []
    return variants


def check_tool(rondo, n_networks):
    variants = available_variants()
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for number in range(n_networks):
            error = check_network(rondo, folder, number, variants)
            worst = max(worst, error)
            if error > TOLERANCE:
                sys.exit(f"network {number}: error {error:.2e}")
    print(
        f"{n_networks} networks with {', '.join(variants)}: "
        f"worst error {worst:.2e}; all ways to stream gave the same bits"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", metavar="RONDO", help="the tool to check")
    parser.add_argument("--networks", type=int, default=N_NETWORKS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.check:
        check_tool(os.path.abspath(arguments.check), arguments.networks)
    else:
        write_golden()


if __name__ == "__main__":
    main()
