# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Frames, features and networks of denoisers, as Rondo has them."""

import json

import numpy as np
import torch
from torch import nn

try:
    from gru import Gru
except ImportError:  # Without Triton
    Gru = None


# Frames and bands, as core/audio/frames.c and bands.c have them


class Frames:
    def __init__(self, rate, seconds, spanned, device):
        self.rate = rate
        self.size = int(round(rate * seconds))
        self.span = self.size * spanned
        self.hop = self.size // 2
        self.spanned = spanned
        self.n_bins = self.span // 2 + 1
        self.bin_hz = rate / self.span
        rise = self.span - self.hop
        i = np.arange(self.span)
        window = np.where(
            i < rise,
            np.sin(0.5 * np.pi * i / rise),
            np.cos(0.5 * np.pi * (i - rise) / self.hop),
        )
        root = np.sin(np.pi * np.arange(self.size) / self.size)
        there = window[-self.size :]
        after = np.where(root > 0, root * root / np.maximum(there, 1e-30), 0.0)
        scale = 2.0 / window.sum()
        as_tensor = lambda x: torch.tensor(x, dtype=torch.float32, device=device)
        self.window = as_tensor(window * scale)
        self.synthesis = as_tensor(after / scale)

    def analyse(self, x):
        return torch.fft.rfft(x.unfold(-1, self.span, self.hop) * self.window)

    def synthesise(self, spectrum):
        last = torch.fft.irfft(spectrum, self.span)[..., -self.size :]
        last = last * self.synthesis
        a, b = last[..., : self.hop], last[..., self.hop :]
        y = torch.cat((a[:, :1], a[:, 1:] + b[:, :-1], b[:, -1:]), 1)
        return y.flatten(1)


def erb(hz):
    return 21.4 * np.log10(0.00437 * hz + 1.0)


def place_bands(fine_hz, step_hz, erb_step, high_hz):
    centres, place = [], 0.0
    while place < high_hz and (place == 0.0 or place + step_hz <= high_hz):
        centres.append(place)
        fine = len(centres) * step_hz
        further = (10.0 ** ((erb(place) + erb_step) / 21.4) - 1.0) / 0.00437
        place = fine if fine <= fine_hz + 1e-6 else max(place + step_hz, further)
    return np.array(centres + [high_hz])


class Features:
    def __init__(self, task, frames, device):
        assert task.get("phase") and "coarse" not in task
        centres = place_bands(**task["fine"])
        hz = np.arange(frames.n_bins) * frames.bin_hz
        below = np.clip(np.searchsorted(centres, hz, "right") - 1, 0, len(centres) - 2)
        u = np.clip((hz - centres[below]) / np.diff(centres)[below], 0.0, 1.0)
        k = np.arange(frames.n_bins)
        spread = np.zeros((len(centres), frames.n_bins))
        spread[below, k] = 1.0 - u
        spread[below + 1, k] += u
        weights = np.where(hz > centres[-1], 0.0, spread)
        weights /= np.maximum(weights.sum(1, keepdims=True), 1e-30)
        turn = np.exp(-1j * np.pi * (k % (2 * frames.spanned)) / frames.spanned)
        as_tensor = lambda x: torch.tensor(x, dtype=torch.float32, device=device)
        self.n_gains = len(centres)
        self.gather, self.spread = as_tensor(weights.T.copy()), as_tensor(spread)
        self.turn = torch.tensor(turn, dtype=torch.complex64, device=device)

    def compute(self, y):
        before = torch.cat((torch.zeros_like(y[:, :1]), y[:, :-1]), 1)
        power = y.real.square() + y.imag.square()
        cross = y * before.conj() * self.turn
        energy = power @ self.gather
        previous = torch.cat((torch.zeros_like(energy[:, :1]), energy[:, :-1]), 1)
        size = (energy * previous).sqrt() + 1e-11
        level = (10.0 * torch.log10(energy + 1e-11) + 70.0) / 30.0
        re, im = cross.real @ self.gather, cross.imag @ self.gather
        return torch.stack((level, re / size, im / size), -1).flatten(2)


# Networks, as docs/model-format.md has them; shapes (items, frames, width)


class Recurrent(nn.Module):
    def __init__(self, layer, n_in):
        super().__init__()
        self.groups = layer.get("groups", 1)
        self.across = layer.get("along") == "groups"
        self.ahead = layer.get("lookahead")
        both = layer.get("bidirectional", False)
        n_in, hidden = n_in // self.groups, layer["hidden"]
        if self.ahead is None:
            self.rnn = nn.GRU(n_in, hidden, batch_first=True, bidirectional=both)
        else:
            self.rnn = nn.GRU(n_in, hidden, batch_first=True)
            self.back = nn.GRU(n_in, hidden, batch_first=True)
        self.width = self.groups * hidden * (2 if both else 1)

    def look_back(self, x):
        n, t, width = x.shape
        end = x.new_zeros(n, self.ahead, width)
        windows = torch.cat((x, end), 1).unfold(1, self.ahead + 1, 1)
        windows = windows.reshape(n * t, width, -1).flip(2).transpose(1, 2)
        return self.run(self.back, windows.contiguous())[:, -1].view(n, t, -1)

    @staticmethod
    def run(rnn, x):
        if not (Gru and x.is_cuda and rnn.hidden_size <= 32):
            return rnn(x)[0]
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        y = Gru.apply(x, *(getattr(rnn, name) for name in names))
        if not rnn.bidirectional:
            return y
        back = (getattr(rnn, name + "_reverse") for name in names)
        return torch.cat((y, Gru.apply(x.flip(1), *back).flip(1)), 2)

    def forward(self, x):
        b, t = x.shape[:2]
        g = self.groups
        x = x.view(b, t, g, -1)
        if self.across:
            return self.run(self.rnn, x.reshape(b * t, g, -1)).reshape(b, t, -1)
        x = x.transpose(1, 2).reshape(b * g, t, -1)
        y = self.run(self.rnn, x)
        if self.ahead is not None:
            y = torch.cat((y, self.look_back(x)), 2)
        return y.view(b, g, t, -1).transpose(1, 2).reshape(b, t, -1)


class Linear(nn.Module):
    def __init__(self, layer, n_in):
        super().__init__()
        self.groups = layer.get("groups", 1)
        self.linear = nn.Linear(n_in // self.groups, layer["out"])
        self.activation = {"tanh": torch.tanh, "sigmoid": torch.sigmoid}.get(
            layer.get("activation"), lambda x: x
        )
        self.width = self.groups * layer["out"]

    def forward(self, x):
        y = self.linear(x.view(*x.shape[:2], self.groups, -1))
        return self.activation(y.flatten(2))


class Network(nn.Module):
    """A network; layers that `shared`, another one, has too are that one's."""

    def __init__(self, description, shared=None):
        super().__init__()
        self.description = description
        self.layers = nn.ModuleDict()
        self.sources, self.borrowed = {}, set()
        widths, last = {"inputs": description["inputs"]}, "inputs"
        for layer in description["layers"]:
            name, source = layer["name"], layer.get("input", last)
            source = [source] if isinstance(source, str) else source
            n_in = sum(widths[s] for s in source)
            kind = {"gru": Recurrent, "linear": Linear}[layer["type"]]
            twin = shared and layer in shared.description["layers"]
            if twin and name not in ("out", "head"):
                self.layers["_" + name] = shared.layers["_" + name]
                self.borrowed.add(name)
            else:
                self.layers["_" + name] = kind(layer, n_in)
            self.sources[name] = (source, layer)
            widths[name], last = self.layers["_" + name].width, name
        self.last = last

    def join(self, source, layer, values):
        if layer.get("join") == "groups":
            g = layer["groups"]
            parts = [values[s].unflatten(2, (g, -1)) for s in source]
            return torch.cat(parts, 3).flatten(2)
        return torch.cat([values[s] for s in source], 2)

    def forward(self, x, known=None):
        values = {"inputs": x}
        for name, (source, layer) in self.sources.items():
            if known is not None and name in self.borrowed:
                values[name] = known[name]
            else:
                values[name] = self.layers["_" + name](self.join(source, layer, values))
        return values

    def tensors(self, state):
        """Pairs of a model file's name and a parameter's key in `state`."""
        for key in state:
            _, name, kind, tensor = key.split(".")
            name = name[1:]
            yield f"{name}.{tensor}" + ("_reverse" if kind == "back" else ""), key

    def start_from(self, path):
        """Take what fits; more inputs than there were begin at 0."""
        from safetensors.torch import load_file

        old, state = load_file(path), self.state_dict()
        for key, weight in old.items():
            if weight.dtype == torch.int8:
                old[key] = weight * old[key + "_scale"].unsqueeze(1)
        for tensor, key in self.tensors(state):
            if tensor not in old:
                continue
            new, known = state[key], old[tensor].to(state[key].device)
            if new.shape == known.shape:
                new.copy_(known)
            elif new.dim() == 2 and new.shape[0] == known.shape[0]:
                new.zero_()
                new[:, : known.shape[1]] = known

    def save(self, state, path, card):
        from safetensors.torch import save_file

        tensors = {
            tensor: state[key].detach().cpu().contiguous()
            for tensor, key in self.tensors(state)
        }
        description = json.dumps(self.description, separators=(",", ":"))
        save_file(tensors, path, {"rondo": description, "card": json.dumps(card)})
