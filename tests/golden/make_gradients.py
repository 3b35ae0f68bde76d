# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Print golden_gradients.h: outputs, gradients and updates by PyTorch.

python3 tests/golden/make_gradients.py > tests/train/golden_gradients.h

Parameters, inputs and output gradients are wave() on both sides, so that only
results are stored.
"""

import json
import math

import torch

STEPS, BATCH = 4, 2
UPDATES, ADAM_SIZE = 5, 4

HEAD = """\
// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Made by tests/golden/make_gradients.py

#ifndef RONDO_TESTS_TRAIN_GOLDEN_GRADIENTS_H
#define RONDO_TESTS_TRAIN_GOLDEN_GRADIENTS_H

#include <cstddef>
#include <vector>

/// What a network computes over (n_steps, n_batch, n_inputs)
struct GoldenGradients {
  const char*         layers;
  size_t              n_inputs;
  std::vector<double> y;
  std::vector<double> dparameters;
  std::vector<double> dx;
};
"""


def wave(n, phase, scale):
    """Numbers without a pattern that matters, easy to make anywhere."""
    return torch.tensor([scale * math.sin(phase + 12.9898 * (i + 1))
                         for i in range(n)])


class GruBefore(torch.nn.Module):
    """A gru whose reset gate acts on the state ahead of the product."""

    def __init__(self, n_inputs, n_units):
        super().__init__()
        self.n_units = n_units
        for name, shape in (("weight_ih_l0", (3 * n_units, n_inputs)),
                            ("weight_hh_l0", (3 * n_units, n_units)),
                            ("bias_ih_l0", (3 * n_units,)),
                            ("bias_hh_l0", (3 * n_units,))):
            setattr(self, name, torch.nn.Parameter(torch.zeros(shape)))

    def forward(self, x):
        h = torch.zeros(x.shape[1], self.n_units)
        w_r, w_z, w_n = self.weight_hh_l0.chunk(3)
        c_r, c_z, c_n = self.bias_hh_l0.chunk(3)
        y = []
        for a in x @ self.weight_ih_l0.T + self.bias_ih_l0:
            a_r, a_z, a_n = a.chunk(3, 1)
            r = torch.sigmoid(a_r + h @ w_r.T + c_r)
            z = torch.sigmoid(a_z + h @ w_z.T + c_z)
            n = torch.tanh(a_n + (r * h) @ w_n.T + c_n)
            h = (1 - z) * n + z * h
            y.append(h)
        return torch.stack(y), h


ACTIVATIONS = {
    "identity": lambda x: x,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softmax": lambda x: torch.softmax(x, -1),
    "softplus": torch.nn.functional.softplus,
}


def make_module(layer, n_inputs):
    if layer["type"] == "linear":
        return torch.nn.Linear(n_inputs, layer["out"])
    if layer.get("reset") == "before":
        return GruBefore(n_inputs, layer["hidden"])
    options = {"num_layers": layer.get("layers", 1)}
    if layer["type"] == "rnn":
        options["nonlinearity"] = layer.get("activation", "tanh")
    kind = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
    return kind[layer["type"]](n_inputs, layer["hidden"], **options)


class Network(torch.nn.Module):
    def __init__(self, n_inputs, layers):
        super().__init__()
        self.layers = layers
        widths = {"inputs": n_inputs}
        before = "inputs"
        for layer in layers:
            sources = layer.setdefault("input", before)
            if isinstance(sources, str):
                sources = layer["input"] = [sources]
            name = before = layer["name"]
            self.add_module(
                name, make_module(layer, sum(widths[s] for s in sources)))
            widths[name] = layer.get("out") or layer["hidden"]

    def forward(self, x):
        values = {"inputs": x}
        for layer in self.layers:
            name = layer["name"]
            y = getattr(self, name)(
                torch.cat([values[s] for s in layer["input"]], -1))
            if layer["type"] == "linear":
                y = ACTIVATIONS[layer.get("activation", "identity")](y)
            else:
                y = y[0]
            values[name] = y
        return y


def linear(name, out, activation, **more):
    return {"name": name, "type": "linear", "out": out,
            "activation": activation, **more}


def recurrent(name, kind, hidden, **more):
    return {"name": name, "type": kind, "hidden": hidden, **more}


NETWORKS = [[linear("a", 3, name)] for name in ACTIVATIONS] + [
    [recurrent("a", "rnn", 3, activation="tanh")],
    [recurrent("a", "rnn", 3, activation="relu")],
    [recurrent("a", "gru", 3)],
    [recurrent("a", "gru", 3, reset="before")],
    [recurrent("a", "lstm", 3)],
    [recurrent("a", "rnn", 2, layers=2)],
    [recurrent("a", "gru", 2, layers=2)],
    [recurrent("a", "lstm", 2, layers=2)],
    [linear("in", 3, "tanh"),
     recurrent("gru1", "gru", 2),
     recurrent("gru2", "gru", 2),
     linear("head", 2, "sigmoid", input=["in", "gru1", "gru2", "inputs"])],
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


def print_network(layers):
    n_inputs = 3
    text = json.dumps(layers)[1:-1]
    network = Network(n_inputs, json.loads(json.dumps(layers)))
    flat = torch.nn.utils.parameters_to_vector(network.parameters())
    torch.nn.utils.vector_to_parameters(
        wave(len(flat), 1.0, 0.7), network.parameters())

    x = wave(STEPS * BATCH * n_inputs, 2.0, 1.0).reshape(STEPS, BATCH, -1)
    x.requires_grad_(True)
    y = network(x)
    (y * wave(y.numel(), 3.0, 1.0).reshape(y.shape)).sum().backward()
    gradient = torch.cat([p.grad.flatten() for p in network.parameters()])

    print(f"  {{\n    R\"({text})\",\n    {n_inputs},")
    for values in (y, gradient, x.grad):
        print(f"    {{\n{numbers(values.detach(), '      ')}\n    }},")
    print("  },")


def print_adam(name, weight_decay):
    w = torch.nn.Parameter(wave(ADAM_SIZE, 1.0, 0.7))
    adam = torch.optim.AdamW([w], lr=0.01, betas=(0.9, 0.99), eps=1e-8,
                             weight_decay=weight_decay)
    rows = []
    for update in range(UPDATES):
        w.grad = wave(ADAM_SIZE, float(update), 10.0 ** -update)
        adam.step()
        rows.append(w.detach().clone())
    print(f"\nconst std::vector<double> {name} = {{")
    print(numbers(torch.stack(rows), "  "))
    print("};")


def print_clip():
    w = torch.nn.Parameter(torch.zeros(11))
    w.grad = wave(11, 1.0, 1.0)
    norm = torch.nn.utils.clip_grad_norm_([w], 0.5)
    print("\n/// The norm of eleven gradients, and they clipped to 0.5")
    print(f"const double golden_norm = {norm:.12g};")
    print("const std::vector<double> golden_clipped = {")
    print(numbers(w.grad, "  "))
    print("};")


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    print(HEAD)
    print(f"const size_t golden_steps   = {STEPS};")
    print(f"const size_t golden_batch   = {BATCH};")
    print(f"const size_t golden_updates = {UPDATES};")
    print("\n// clang-format off")
    print("\nconst std::vector<GoldenGradients> golden_gradients = {")
    for layers in NETWORKS:
        print_network(layers)
    print("};")
    print(f"\n/// Parameters ({ADAM_SIZE}) after each update")
    print_adam("golden_adam", 0.0)
    print_adam("golden_adam_decayed", 0.1)
    print_clip()
    print("\n// clang-format on")
    print("\n#endif // RONDO_TESTS_TRAIN_GOLDEN_GRADIENTS_H")


if __name__ == "__main__":
    main()
