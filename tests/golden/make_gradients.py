# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Write what PyTorch computes: outputs, losses, gradients and updates.

python3 tests/golden/make_gradients.py

makes tests/golden/gradients.jsonl, a network each line, and
tests/train/golden_updates.h.  Parameters, inputs and output gradients are
wave() on both sides, so that only results are stored.
"""

import json
import math
import pathlib

import torch
from torch.nn.utils import rnn

STEPS, BATCH = 4, 2
UPDATES, UPDATE_SIZE = 5, 4

HEAD = """\
// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Made by tests/golden/make_gradients.py

#ifndef RONDO_TESTS_TRAIN_GOLDEN_UPDATES_H
#define RONDO_TESTS_TRAIN_GOLDEN_UPDATES_H

#include <cstddef>
#include <vector>
"""


def wave(n, phase, scale):
    """Numbers without a pattern that matters, easy to make anywhere."""
    return torch.tensor([scale * math.sin(phase + 12.9898 * (i + 1))
                         for i in range(n)])


def turn(x, lengths):
    """Sequences (T, B, X), each from its end to its start, then padding."""
    return torch.stack([torch.cat([x[:n, b].flip(0), x[n:, b]])
                        for b, n in enumerate(lengths)], 1)


class GruBeforeCell(torch.nn.Module):
    """One direction of a gru whose reset gate acts ahead of the product."""

    def __init__(self, n_inputs, n_units):
        super().__init__()
        self.hidden_size = n_units
        self.w_ih, self.w_hh, self.b_ih, self.b_hh = (
            torch.nn.Parameter(torch.zeros(shape))
            for shape in ((3 * n_units, n_inputs), (3 * n_units, n_units),
                          3 * n_units, 3 * n_units))

    def forward(self, x):
        h = torch.zeros(x.shape[1], self.hidden_size)
        w_r, w_z, w_n = self.w_hh.chunk(3)
        c_r, c_z, c_n = self.b_hh.chunk(3)
        y = []
        for a in x @ self.w_ih.T + self.b_ih:
            a_r, a_z, a_n = a.chunk(3, 1)
            r = torch.sigmoid(a_r + h @ w_r.T + c_r)
            z = torch.sigmoid(a_z + h @ w_z.T + c_z)
            n = torch.tanh(a_n + (r * h) @ w_n.T + c_n)
            h = (1 - z) * n + z * h
            y.append(h)
        return torch.stack(y)


class GruBefore(torch.nn.Module):
    """Such grus in both directions and stacked, called as PyTorch's are."""

    def __init__(self, n_inputs, n_units, num_layers=1, bidirectional=False):
        super().__init__()
        self.hidden_size = n_units
        self.n_directions = 2 if bidirectional else 1
        self.cells = torch.nn.ModuleList(
            GruBeforeCell(self.n_directions * n_units if i else n_inputs,
                          n_units)
            for i in range(num_layers) for _ in range(self.n_directions))

    def forward(self, x, lengths=None):
        if x.dim() == 2:
            return self(x[:, None])[0][:, 0], None
        lengths = lengths or [len(x)] * x.shape[1]
        for i in range(0, len(self.cells), self.n_directions):
            y = [self.cells[i](x)]
            if self.n_directions > 1:
                back = self.cells[i + 1](turn(x, lengths))
                y.append(turn(back, lengths))
            x = torch.cat(y, -1)
        return x, None


ACTIVATIONS = {
    "identity": lambda x: x,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softmax": lambda x: torch.softmax(x, -1),
    "softplus": torch.nn.functional.softplus,
}
KINDS = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}


def run_packed(module, x, lengths):
    """A recurrent module over (T, B, X), from a state of zeros."""
    if isinstance(module, GruBefore):
        return module(x, lengths)[0]
    packed = rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    return rnn.pad_packed_sequence(module(packed)[0],
                                   total_length=len(x))[0]


class Windows(torch.nn.Module):
    """Both directions, where the other one sees `lookahead` frames."""

    def __init__(self, kind, n_inputs, n_units, lookahead, n_layers, options):
        super().__init__()
        self.lookahead = lookahead
        self.cells = torch.nn.ModuleList()
        for layer in range(n_layers):
            for _ in range(2):
                width = 2 * n_units if layer else n_inputs
                self.cells.append(kind(width, n_units, **options))

    def forward(self, x, lengths):
        for ahead, back in zip(self.cells[::2], self.cells[1::2]):
            y = torch.zeros(*x.shape[:2], ahead.hidden_size)
            y = [[y[t, b] for b in range(x.shape[1])] for t in range(len(x))]
            for b, length in enumerate(lengths):
                for t in range(length):
                    window = x[t:min(t + self.lookahead + 1, length), b]
                    y[t][b] = back(window.flip(0))[0][-1]
            y = torch.stack([torch.stack(row) for row in y])
            x = torch.cat([run_packed(ahead, x, lengths), y], -1)
        return x


class Recurrent(torch.nn.Module):
    def __init__(self, layer, n_inputs):
        super().__init__()
        options = {}
        if layer["type"] == "rnn":
            options["nonlinearity"] = layer.get("activation", "tanh")
        kind = KINDS[layer["type"]]
        if layer.get("reset") == "before":
            kind = GruBefore
        depth = layer.get("layers", 1)
        self.along_groups = layer.get("along") == "groups"
        self.lookahead = "lookahead" in layer
        if self.lookahead:
            self.cell = Windows(kind, n_inputs, layer["hidden"],
                                layer["lookahead"], depth, options)
        else:
            self.cell = kind(n_inputs, layer["hidden"], num_layers=depth,
                             bidirectional=layer.get("bidirectional", False),
                             **options)

    def forward(self, x, lengths):
        """x (T, B, G, X)"""
        steps, batch, groups, width = x.shape
        if self.along_groups:
            y = self.cell(x.reshape(-1, groups, width).transpose(0, 1))[0]
            return y.transpose(0, 1).reshape(steps, batch, groups, -1)
        x = x.reshape(steps, batch * groups, width)
        lengths = [n for n in lengths for _ in range(groups)]
        y = (self.cell(x, lengths) if self.lookahead
             else run_packed(self.cell, x, lengths))
        return y.reshape(steps, batch, groups, -1)


class Convolution(torch.nn.Module):
    def __init__(self, layer, n_inputs):
        super().__init__()
        self.conv = torch.nn.Conv1d(n_inputs, layer["out"], layer["kernel"])

    def forward(self, x):
        frames = x[:, :, 0].permute(1, 2, 0)
        frames = torch.nn.functional.pad(frames,
                                         (self.conv.kernel_size[0] - 1, 0))
        return self.conv(frames).permute(2, 0, 1)[:, :, None]


def make_module(layer, n_inputs):
    """The module of a layer, for n_inputs of one group."""
    if layer["type"] == "linear":
        return torch.nn.Linear(n_inputs, layer["out"])
    if layer["type"] == "conv1d":
        return Convolution(layer, n_inputs)
    if layer["type"] == "layer_norm":
        return torch.nn.LayerNorm(n_inputs, layer.get("epsilon", 1e-5))
    if layer["type"] == "embedding":
        return torch.nn.Embedding(layer["tokens"], layer["out"])
    if layer["type"] in ("last", "mean"):
        return torch.nn.Identity()
    return Recurrent(layer, n_inputs)


class Network(torch.nn.Module):
    def __init__(self, n_inputs, layers):
        super().__init__()
        self.layers = layers
        self.widths = {"inputs": n_inputs}
        before = "inputs"
        for layer in layers:
            sources = layer.get("input", before)
            self.add_module(layer["name"], self.make(layer, sources))
            before = layer["name"]

    def make(self, layer, sources):
        sources = [sources] if isinstance(sources, str) else sources
        layer["input"] = sources
        width = sum(self.widths[s] for s in sources)
        if layer["type"] == "embedding":
            layer["groups"] = width
        groups = layer.get("groups", 1)
        module = make_module(layer, width // groups)
        out = layer.get("out") or layer.get("hidden") or width // groups
        self.widths[layer["name"]] = (
            groups * out * (2 if layer.get("bidirectional") else 1))
        return module

    def run(self, layer, x, lengths):
        module = getattr(self, layer["name"])
        if layer["type"] == "last":
            return torch.stack([x[n - 1, b] for b, n in enumerate(lengths)])[None]
        if layer["type"] == "mean":
            return torch.stack([x[:n, b].mean(0)
                                for b, n in enumerate(lengths)])[None]
        if layer["type"] == "embedding":
            return module(x.long()).flatten(2)
        y = x.reshape(*x.shape[:2], layer.get("groups", 1), -1)
        if isinstance(module, Recurrent):
            y = module(y, lengths if len(x) > 1 else [1] * x.shape[1])
        else:
            name = layer.get("activation", "identity")
            y = ACTIVATIONS[name](module(y))
        return y.flatten(2)

    def forward(self, x, lengths, logits):
        values = {"inputs": x}
        valid = torch.tensor([[float(t < n) for n in lengths]
                              for t in range(len(x))])[..., None]
        for layer in self.layers:
            if logits and layer is self.layers[-1]:
                layer = {**layer, "activation": "identity"}
            n = layer["groups"] if layer.get("join") == "groups" else 1
            parts = [values[s].reshape(*values[s].shape[:2], n, -1)
                     for s in layer["input"]]
            y = self.run(layer, torch.cat(parts, -1).flatten(2), lengths)
            values[layer["name"]] = y = y * valid if len(y) > 1 else y
        return y


def linear(name, out, activation="identity", **more):
    return {"name": name, "type": "linear", "out": out,
            "activation": activation, **more}


def recurrent(name, kind, hidden, **more):
    return {"name": name, "type": kind, "hidden": hidden, **more}


def layer(name, kind, **more):
    return {"name": name, "type": kind, **more}


BOTH = {"bidirectional": True}
OVER = {"along": "groups"}
RELU = {"activation": "relu"}
BEFORE = {"reset": "before"}
JOINED = {"join": "groups"}

# The layers, and whatever else is not usual
NETWORKS = [([linear("a", 3, name)], {}) for name in ACTIVATIONS] + [
    ([recurrent("a", "rnn", 3, activation="tanh")], {}),
    ([recurrent("a", "rnn", 3, activation="relu")], {}),
    ([recurrent("a", "gru", 3)], {}),
    ([recurrent("a", "gru", 3, reset="before")], {}),
    ([recurrent("a", "lstm", 3)], {}),
    ([recurrent("a", "rnn", 2, layers=2)], {}),
    ([recurrent("a", "gru", 2, layers=2)], {}),
    ([recurrent("a", "lstm", 2, layers=2)], {}),
    ([linear("in", 3, "tanh"),
      recurrent("gru1", "gru", 2),
      recurrent("gru2", "gru", 2),
      linear("head", 2, "sigmoid", input=["in", "gru1", "gru2", "inputs"])],
     {}),
] + [
    ([recurrent("a", kind, 2, **more, **options)],
     {"inputs": 4, "lengths": lengths})
    for kind, more in (("rnn", {}), ("rnn", RELU), ("gru", {}),
                       ("gru", BEFORE), ("lstm", {}))
    for options, lengths in (
        ({}, [2, 4]),
        ({**BOTH}, None),
        ({**BOTH}, [2, 4]),
        ({**BOTH, "layers": 2}, [4, 3]),
        ({**BOTH, "lookahead": 1}, [3, 4]),
        ({**BOTH, "lookahead": 2, "layers": 2}, None),
        ({"groups": 2}, [4, 2]),
        ({**BOTH, "groups": 2}, [4, 2]),
        ({"groups": 2, **OVER}, None),
        ({"groups": 4, **OVER, **BOTH}, [4, 2]),
        ({"groups": 2, **OVER, **BOTH, "layers": 2}, None),
    )
] + [
    ([linear("a", 3, name, groups=2)], {"inputs": 4, "lengths": [4, 2]})
    for name in ACTIVATIONS
] + [
    ([layer("a", "conv1d", out=2, kernel=3, activation=name)],
     {"lengths": lengths})
    for name in ACTIVATIONS for lengths in (None, [2, 4])
] + [
    ([recurrent("a", "gru", 2), *more, linear("c", 3, name)],
     {"loss": loss, "lengths": lengths})
    for loss, name in (("squared", "identity"), ("binary", "sigmoid"),
                       ("classes", "softmax"))
    for more in ([], [layer("b", "last")], [layer("b", "mean")])
    for lengths in (None, [2, 4])
] + [
    ([layer("a", kind), linear("b", 2, "tanh")], {"lengths": lengths})
    for kind in ("last", "mean") for lengths in (None, [3, 1])
] + [
    ([layer("a", "conv1d", out=2, kernel=6), recurrent("b", "gru", 2)],
     {"lengths": [4, 2]}),
    ([layer("a", "layer_norm")], {}),
    ([layer("a", "layer_norm")], {"lengths": [1, 4]}),
    ([layer("a", "layer_norm", groups=2, epsilon=0.01)], {"inputs": 4}),
    ([layer("a", "last")], {"lengths": [4, 2]}),
    ([layer("a", "mean")], {"lengths": [4, 2]}),
    ([layer("a", "embedding", tokens=5, out=2), recurrent("b", "lstm", 2)],
     {"inputs": 2, "tokens": 5}),
    ([layer("a", "embedding", tokens=5, out=3)],
     {"tokens": 5, "lengths": [3, 2]}),
    ([recurrent("a", "lstm", 2, **BOTH), layer("b", "last"),
      layer("c", "mean", input="a"),
      layer("d", "layer_norm", input=["b", "c"]),
      recurrent("e", "rnn", 2, groups=4, **OVER, **BOTH),
      linear("f", 3)], {"lengths": [2, 4]}),
    ([linear("in", 2, groups=4),
      recurrent("over", "gru", 2, groups=4, **OVER, **BOTH),
      layer("norm", "layer_norm", groups=4),
      recurrent("through", "lstm", 2, groups=4),
      layer("conv", "conv1d", out=3, kernel=2, input=["through", "in"],
            activation="tanh"),
      linear("head", 2, input=["conv", "through", "inputs"])],
     {"inputs": 4, "lengths": [3, 4]}),
    ([linear("context", 2, "tanh"),
      recurrent("over", "gru", 2, input=["inputs", "context"], groups=2,
                **OVER, **BOTH, **JOINED),
      recurrent("through", "gru", 3, input=["over", "inputs", "context"],
                groups=2, **JOINED),
      linear("out", 2, input=["through", "over"], groups=2, **JOINED),
      linear("head", 2, input=["out", "context"])],
     {"inputs": 6, "lengths": [3, 4]}),
    ([layer("norm", "layer_norm", input=["inputs", "inputs"], groups=2,
            **JOINED),
      recurrent("ahead", "lstm", 2, input=["norm", "inputs"], groups=2,
                lookahead=1, **BOTH, **JOINED)],
     {"inputs": 4, "lengths": [4, 2]}),
]


def numbers(values, indent="    "):
    texts = [f"{value:.12g}" for value in values.flatten().tolist()]
    lines, line = [], indent
    for text in texts:
        if len(line) + len(text) > 77:
            lines.append(line.rstrip())
            line = indent
        line += text + ", "
    return "\n".join(lines + [line.rstrip()])


def score(kind, y, lengths):
    """A loss whose fifth targets, or classes of -1, are missing."""
    functional = torch.nn.functional
    n_rows, n = y.shape[0] * y.shape[1], y.shape[2]
    y = y.reshape(n_rows, n)
    counts = torch.ones(n_rows, dtype=torch.bool)
    if n_rows > BATCH:
        counts = torch.tensor([t < length for t in range(STEPS)
                               for length in lengths])
    if kind == "classes":
        classes = torch.tensor([(7 * i) % (n + 1) - 1 for i in range(n_rows)])
        classes = torch.where(counts, classes, -1)
        return functional.cross_entropy(y, classes, ignore_index=-1,
                                        reduction="sum")
    target = 0.5 + wave(n_rows * n, 4.0, 0.5).reshape(n_rows, n)
    counts = counts[:, None] & (torch.arange(n_rows * n) % 5 > 0).reshape(
        n_rows, n)
    function = (functional.mse_loss if kind == "squared" else
                functional.binary_cross_entropy_with_logits)
    return function(y[counts], target[counts], reduction="sum")


def write_network(file, layers, more):
    n_inputs = more.get("inputs", 3)
    lengths = more.get("lengths") or [STEPS] * BATCH
    result = {"inputs": n_inputs, "layers": json.dumps(layers)[1:-1],
              **{k: v for k, v in more.items() if v}}
    network = Network(n_inputs, json.loads(json.dumps(layers)))
    flat = torch.nn.utils.parameters_to_vector(
        list(network.parameters()) or [torch.zeros(0)])
    torch.nn.utils.vector_to_parameters(
        wave(len(flat), 1.0, 0.7), network.parameters())

    size = STEPS * BATCH * n_inputs
    if "tokens" in more:
        x = torch.tensor([float((5 * i + 3) % 7 % more["tokens"])
                          for i in range(size)])
    else:
        x = wave(size, 2.0, 1.0)
    x = x.reshape(STEPS, BATCH, -1)
    x.requires_grad_("tokens" not in more)
    y = network(x, lengths, "loss" in more)
    if "loss" in more:
        loss = score(more["loss"], y, lengths)
        result["sum"] = round(loss.item(), 12)
        loss = 0.7 * loss
    else:
        loss = (y * wave(y.numel(), 3.0, 1.0).reshape(y.shape)).sum()
    loss.backward()
    gradients = [p.grad.flatten() for p in network.parameters()]
    for name, values in (("y", y), ("dparameters", torch.cat(
            gradients or [torch.zeros(0)])), ("dx", x.grad)):
        if values is not None:
            result[name] = [float(f"{v:.12g}") for v in
                            values.detach().flatten().tolist()]
    file.write(json.dumps(result, separators=(",", ":")) + "\n")


def print_updates(file, name, make):
    w = torch.nn.Parameter(wave(UPDATE_SIZE, 1.0, 0.7))
    optimizer = make([w])
    rows = []
    for update in range(UPDATES):
        w.grad = wave(UPDATE_SIZE, float(update), 10.0 ** -update)
        optimizer.step()
        rows.append(w.detach().clone())
    print(f"const std::vector<double> {name} = {{", file=file)
    print(numbers(torch.stack(rows), "  "), file=file)
    print("};", file=file)


def adam(weight_decay):
    return lambda w: torch.optim.AdamW(w, lr=0.01, betas=(0.9, 0.99), eps=1e-8,
                                       weight_decay=weight_decay)


def descent(weight_decay, nesterov):
    return lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9,
                                     weight_decay=weight_decay,
                                     nesterov=nesterov)


def print_clip(file):
    w = torch.nn.Parameter(torch.zeros(11))
    w.grad = wave(11, 1.0, 1.0)
    norm = torch.nn.utils.clip_grad_norm_([w], 0.5)
    print("\n/// The norm of eleven gradients, and they clipped to 0.5",
          file=file)
    print(f"const double golden_norm = {norm:.12g};", file=file)
    print("const std::vector<double> golden_clipped = {", file=file)
    print(numbers(w.grad, "  "), file=file)
    print("};", file=file)


def print_all_updates(file):
    print(HEAD, file=file)
    print(f"const size_t golden_updates = {UPDATES};", file=file)
    print("\n// clang-format off", file=file)
    print(f"\n/// Parameters ({UPDATE_SIZE}) after each update", file=file)
    print_updates(file, "golden_adam", adam(0.0))
    print_updates(file, "golden_adam_decayed", adam(0.1))
    print_updates(file, "golden_descent", descent(0.0, False))
    print_updates(file, "golden_descent_decayed", descent(0.1, False))
    print_updates(file, "golden_descent_nesterov", descent(0.1, True))
    print_clip(file)
    print("\n// clang-format on", file=file)
    print("\n#endif // RONDO_TESTS_TRAIN_GOLDEN_UPDATES_H", file=file)


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    tests = pathlib.Path(__file__).resolve().parent.parent
    with open(tests / "golden/gradients.jsonl", "w", encoding="utf-8") as file:
        for layers, more in NETWORKS:
            write_network(file, layers, more)
    with open(tests / "train/golden_updates.h", "w", encoding="utf-8") as file:
        print_all_updates(file)


if __name__ == "__main__":
    main()
