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
the product, and a look-ahead that ends, are not in PyTorch and computed here:
the first by hand, the second with PyTorch's cells over the window of each
frame.  Inputs of networks with an embedding are tokens below "tokens".

The second saves the same networks as a user of PyTorch would, with the
safetensors package, and runs them with `rondo run`, for every kernel variant,
as a whole and in streams of 1, 7 and 64 steps: all must be within 1e-5 and
the same to the last bit.  Where a layer sees the whole sequence, the streams
look ahead as far as it is long.

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

N_OLD = 120  # of linear, rnn, gru and lstm alone
N_UNJOINED = 320  # whose sources are joined as a whole
N_NETWORKS = 360
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


def draw_inputs(seed, shape, n_tokens):
    n = int(np.prod(shape))
    x = uniform(seed ^ 0xFFFFFFFFFFFFFFFF, n).reshape(shape)
    if n_tokens:
        return np.floor((x + 1) * np.float32(0.5 * n_tokens))
    return np.float32(1.75) * x


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


def make_recurrent(choices, kind, most):
    layer = {"hidden": choices.size(most)}
    if choices.below(2):
        layer["layers"] = 1 + choices.below(4)
    if kind == "rnn" and choices.below(2):
        layer["activation"] = choices.one_of(["tanh", "relu"])
    if kind == "gru" and choices.below(2):
        layer["reset"] = choices.one_of(["after", "before"])
    return layer


def add_directions(choices, layer, n_inputs, is_single, is_bounded):
    """Make a recurrent layer bidirectional, or one of groups, or neither."""
    if choices.below(2):
        divisors = [n for n in range(2, 33) if n_inputs % n == 0]
        if divisors:
            layer["groups"] = choices.one_of(divisors)
            layer["hidden"] = min(layer["hidden"], 18)
    if is_single or choices.below(3) == 0:
        layer["along"] = "groups"
    if choices.below(2):
        layer["bidirectional"] = True
        if layer.get("along") != "groups" and is_bounded:
            layer["lookahead"] = 1 + choices.below(9)


def make_layer(choices, kind, name, most, n_inputs):
    layer = {"name": name, "type": kind}
    if kind in ("linear", "conv1d"):
        layer["out"] = choices.size(most)
        if choices.below(4):
            layer["activation"] = choices.one_of(ACTIVATIONS)
    if kind == "conv1d":
        layer["kernel"] = choices.one_of([1, 2, 3, 5, 9])
    if kind == "embedding":
        layer["tokens"] = 2 + choices.below(200)
        layer["out"] = choices.size(20)
    if kind in ("rnn", "gru", "lstm"):
        layer.update(make_recurrent(choices, kind, most))
    if kind in ("linear", "layer_norm") and choices.below(2):
        divisors = [n for n in range(1, 33) if n_inputs % n == 0]
        layer["groups"] = choices.one_of(divisors)
    if kind == "linear" and "groups" in layer:
        layer["out"] = min(layer["out"], 9)
    return layer


def width_of(layer, n_inputs):
    """Return the width of a layer's output."""
    if layer["type"] in ("layer_norm", "last", "mean"):
        return n_inputs
    groups = layer.get("groups", 1)
    if layer["type"] == "embedding":
        groups = n_inputs
    directions = 2 if layer.get("bidirectional") else 1
    return groups * directions * layer.get("out", layer.get("hidden"))


OLD_KINDS = ["linear", "rnn", "gru", "lstm"]
NEW_KINDS = OLD_KINDS + ["conv1d", "layer_norm", "last", "mean"]
NAMES = ["in", "body.main", "mix_2", "more", "head"]
SINGLE_KINDS = ["linear", "layer_norm", "gru"]


def make_description(number):
    """Draw a network; from N_OLD on, of all layers there are."""
    if number >= N_UNJOINED:
        return make_joined_description(number)
    choices = Choices(number)
    is_old = number < N_OLD
    kinds = OLD_KINDS if is_old else NEW_KINDS
    n_layers = 1 + choices.below(4 if is_old else 5)
    n_inputs = choices.size(300 if is_old else 100)
    has_tokens = not is_old and number % 7 == 0
    if has_tokens:
        n_inputs = 1 + choices.below(3)
    widths = {"inputs": n_inputs}
    singles = set()
    layers = []
    for i in range(n_layers):
        name = NAMES[i]
        before = list(widths)
        sources = [before[-1]]
        form = choices.below(3)
        if form == 1:
            sources = [choices.one_of(before)]
        elif form == 2:
            n = 1 + choices.below(4)
            sources = [choices.one_of(before) for _ in range(n)]
        if has_tokens:
            sources = ["inputs"] if i == 0 else [before[-1]]
        if len({source in singles for source in sources}) > 1:
            sources = [before[-1]]
        is_single = sources[0] in singles
        width = sum(widths[source] for source in sources)
        # The first layer's type goes round, so that all of them are there
        kind = choices.one_of(SINGLE_KINDS if is_single else kinds)
        if i == 0:
            kind = "embedding" if has_tokens else kinds[number % len(kinds)]
        is_inner = i + 1 < n_layers or number % 5 == 0
        most = (300 if is_old else 70) if is_inner else 60 if is_old else 20
        layer = make_layer(choices, kind, name, most, width)
        if not is_old and kind in ("rnn", "gru", "lstm"):
            is_bounded = number % 2 == 1
            add_directions(choices, layer, width, is_single, is_bounded)
        if form:
            layer["input"] = sources[0] if form == 1 else sources
        if is_single or kind in ("last", "mean"):
            singles.add(name)
        widths[name] = width_of(layer, width)
        layers.append(layer)
    return {"version": 1, "inputs": n_inputs, "layers": layers}


def make_joined_layer(choices, name, n_groups, before):
    """Draw a layer that reads several others, joined group by group."""
    kind = choices.one_of(["linear", "rnn", "gru", "lstm", "layer_norm"])
    n_sources = 2 + choices.below(3)
    layer = {
        "name": name,
        "type": kind,
        "input": [choices.one_of(before) for _ in range(n_sources)],
        "groups": n_groups,
        "join": "groups",
    }
    if kind == "linear":
        layer["out"] = choices.size(20)
        layer["activation"] = choices.one_of(ACTIVATIONS)
    elif kind != "layer_norm":
        layer["hidden"] = choices.size(20)
        if choices.below(2):
            layer["along"] = "groups"
            layer["bidirectional"] = choices.below(2) == 1
        elif choices.below(3) == 0:
            layer["bidirectional"] = True
            layer["lookahead"] = 1 + choices.below(3)
    return layer


def make_joined_description(number):
    """Draw a network of groups, and of layers over all of them."""
    choices = Choices(number)
    n_groups = 2 + choices.below(7)
    n_inputs = n_groups * (1 + choices.below(6))
    widths = {"inputs": n_inputs}
    layers = []
    for i in range(2 + choices.below(4)):
        before = list(widths)
        layer = {
            "name": NAMES[i],
            "type": "linear",
            "input": [choices.one_of(before), choices.one_of(before)],
            "out": n_groups * (1 + choices.below(4)),
        }
        if i % 2 == number % 2:
            layer = make_joined_layer(choices, NAMES[i], n_groups, before)
        width = sum(widths[source] for source in layer["input"])
        widths[NAMES[i]] = width_of(layer, width)
        layers.append(layer)
    return {"version": 1, "inputs": n_inputs, "layers": layers}


def n_tokens_of(description):
    """Return the tokens that all embeddings have, or 0."""
    tokens = [layer.get("tokens") for layer in description["layers"]]
    return min((n for n in tokens if n), default=0)


def sees_all(description):
    """Return whether a layer sees the whole sequence."""
    return any(
        layer.get("bidirectional")
        and layer.get("along") != "groups"
        and "lookahead" not in layer
        for layer in description["layers"]
    )


class GruBefore(torch.nn.GRU):
    """A stacked GRU whose reset gate acts ahead of the product."""

    def forward(self, x):
        for depth in range(self.num_layers):
            outputs = [run_direction(self, depth, "", x)]
            if self.bidirectional:
                y = run_direction(self, depth, "_reverse", x.flip(0))
                outputs.append(y.flip(0))
            x = torch.cat(outputs, dim=-1)
        return x, None


def weights_of(part, depth, suffix):
    return [
        getattr(part, f"{name}_l{depth}{suffix}")
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    ]


def run_gru_before(part, depth, suffix, x):
    w, u, b, c = weights_of(part, depth, suffix)
    n = part.hidden_size
    h = torch.zeros(x.shape[1], n, dtype=x.dtype)
    outputs = []
    for xt in x:
        a = xt @ w.T + b
        gates = a[:, : 2 * n] + h @ u[: 2 * n].T + c[: 2 * n]
        r, z = torch.sigmoid(gates).split(n, dim=-1)
        new = torch.tanh(a[:, 2 * n :] + (r * h) @ u[2 * n :].T + c[2 * n :])
        h = (1 - z) * new + z * h
        outputs.append(h)
    return torch.stack(outputs)


def run_direction(part, depth, suffix, x):
    """Run one direction of one depth over x (steps, batch, inputs)."""
    if isinstance(part, GruBefore):
        return run_gru_before(part, depth, suffix, x)
    more = {}
    if isinstance(part, torch.nn.RNN):
        more["nonlinearity"] = part.nonlinearity
    one = type(part)(x.shape[-1], part.hidden_size, dtype=x.dtype, **more)
    for mine, its in zip(weights_of(one, 0, ""), weights_of(part, depth, suffix)):
        mine.copy_(its)
    y, _ = one(x)
    return y


def run_windows(part, lookahead, x):
    """Run a bidirectional layer that sees `lookahead` frames ahead."""
    for depth in range(part.num_layers):
        forward = run_direction(part, depth, "", x)
        windows = [
            run_direction(
                part, depth, "_reverse", x[t : t + lookahead + 1].flip(0)
            )[-1]
            for t in range(len(x))
        ]
        x = torch.cat([forward, torch.stack(windows)], dim=-1)
    return x


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
            part = self.make_part(layer, n_inputs // layer.get("groups", 1))
            self.parts.append(part)
            if part is not None:
                self.add_part(layer["name"], part)
            last = layer["name"]
            widths[last] = width_of(layer, n_inputs)
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
        kind = layer["type"]
        if kind in ("last", "mean"):
            return None
        if kind == "linear":
            return torch.nn.Linear(n_inputs, layer["out"])
        if kind == "conv1d":
            return torch.nn.Conv1d(n_inputs, layer["out"], layer["kernel"])
        if kind == "layer_norm":
            return torch.nn.LayerNorm(n_inputs)
        if kind == "embedding":
            return torch.nn.Embedding(layer["tokens"], layer["out"])
        shape = (n_inputs, layer["hidden"], layer.get("layers", 1))
        more = {"bidirectional": layer.get("bidirectional", False)}
        if kind == "rnn":
            more["nonlinearity"] = layer.get("activation", "tanh")
            return torch.nn.RNN(*shape, **more)
        if kind == "lstm":
            return torch.nn.LSTM(*shape, **more)
        if layer.get("reset") == "before":
            return GruBefore(*shape, **more)
        return torch.nn.GRU(*shape, **more)

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

    def run_part(self, layer, part, x):
        """Run one layer over x (steps, inputs)."""
        kind = layer["type"]
        if kind == "last":
            return x[-1:]
        if kind == "mean":
            return x.mean(dim=0, keepdim=True)
        if kind == "embedding":
            return part(x.long()).flatten(1)
        if kind == "conv1d":
            before = (layer["kernel"] - 1, 0)
            y = part(torch.nn.functional.pad(x.T, before)[None])[0].T
            return self.activate(layer.get("activation", "identity"), y)
        y = x.view(len(x), layer.get("groups", 1), -1)
        if kind == "linear":
            y = self.activate(layer.get("activation", "identity"), part(y))
        elif kind == "layer_norm":
            y = part(y)
        elif layer.get("along") == "groups":
            y = part(y.transpose(0, 1))[0].transpose(0, 1)
        elif "lookahead" in layer:
            y = run_windows(part, layer["lookahead"], y)
        else:
            y, _ = part(y)
        return y.flatten(1)

    def forward(self, x):
        values = {"inputs": x}
        for layer, names, part in zip(self.layers, self.sources, self.parts):
            n = layer["groups"] if layer.get("join") == "groups" else 1
            parts = [values[name].unflatten(1, (n, -1)) for name in names]
            y = torch.cat(parts, dim=-1).flatten(1)
            values[layer["name"]] = y = self.run_part(layer, part, y)
        return y

    def draw_weights(self, seed):
        """Fill in the tensors, in the order of state_dict()."""
        state = self.state_dict()
        n_all = sum(tensor.numel() for tensor in state.values())
        numbers = uniform(seed, n_all)
        at = 0
        for tensor in state.values():
            scale = np.float32(0.25)
            if tensor.dim() > 1:
                n_inputs = float(np.prod(tensor.shape[1:]))
                scale = np.float32(1.0 / np.sqrt(n_inputs))
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
        shape = (n_steps, description["inputs"])
        x = draw_inputs(seed, shape, n_tokens_of(description))
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
            "tokens": n_tokens_of(description),
            "description": description,
        }
        lines.append(json.dumps(line, separators=(",", ":")) + "\n")
        outputs.append(y.astype("<f4").tobytes())
    (HERE / "networks.jsonl").write_text("".join(lines))
    (HERE / "networks.f32").write_bytes(b"".join(outputs))
    print(f"{N_NETWORKS} networks, {sum(map(len, outputs))} bytes of outputs")


def run_tool(rondo, folder, variant, stream, lookahead):
    """Return what `rondo run` computes from x.npy."""
    output = folder / "y.npy"
    command = [rondo, "run", folder / "model.safetensors"]
    command += ["--input", folder / "x.npy", "--output", output]
    if stream:
        command += ["--stream", str(stream)]
    if stream and lookahead:
        command += ["--lookahead", str(lookahead)]
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
    np.save(folder / "x.npy", x.astype(int) if n_tokens_of(description) else x)
    lookahead = len(x) if sees_all(description) else 0
    worst = 0.0
    for variant in variants:
        whole = run_tool(rondo, folder, variant, 0, 0)
        if whole.shape != y.shape or whole.dtype != np.float32:
            sys.exit(f"network {number}: {whole.dtype} {whole.shape}")
        error = np.max(np.abs(whole - y) / np.maximum(1.0, np.abs(y)))
        worst = max(worst, error)
        for stream in (1, 7, 64):
            part = run_tool(rondo, folder, variant, stream, lookahead)
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
