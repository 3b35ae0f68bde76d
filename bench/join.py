#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Join networks that were trained apart to one, which gives the mean of their
outputs before the sigmoid or softmax at the end.

Usage: join.py OUTPUT MODEL MODEL...

The networks have the same inputs, outputs and data, and end with a linear
layer.  Their layers stand side by side in OUTPUT under the names n1_..., n2_...;
one linear layer reads what all of their last layers read.
"""

import array
import json
import struct
import sys


def read(path):
    """Return the description and {name: (shape, values)} of a model."""
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    description = json.loads(header.pop("__metadata__")["rondo"])
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] != "F32":
            sys.exit(f"{path}: {name} is not of F32")
        tensors[name] = entry["shape"], array.array("f", data[begin:end])
    return description, tensors


def write(path, description, tensors):
    header = {"__metadata__": {"rondo": json.dumps(description)}}
    at = 0
    for name, (shape, values) in tensors.items():
        header[name] = {"dtype": "F32", "shape": shape,
                        "data_offsets": [at, at + 4 * len(values)]}
        at += 4 * len(values)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for shape, values in tensors.values():
            values.tofile(file)


def rename(layers, prefix):
    """Name the inputs of all layers, and give every layer a prefix."""
    before = "inputs"
    for layer in layers:
        sources = layer.get("input", before)
        sources = [sources] if isinstance(sources, str) else sources
        layer["input"] = [name if name == "inputs" else prefix + name
                          for name in sources]
        before = layer["name"]
        layer["name"] = prefix + before


def spread(head, shape, weight):
    """Return the rows of a head whose groups have weights of their own."""
    groups = head.get("groups", 1)
    n_out, width = shape
    rows = []
    for group in range(groups):
        for i in range(n_out):
            row = array.array("f", bytes(4 * groups * width))
            row[group * width:(group + 1) * width] = weight[
                i * width:(i + 1) * width]
            rows.append(row)
    return rows


def join(models):
    first, _ = models[0]
    layers, sources, tensors = [], [], {}
    rows, bias = None, None
    for number, (description, weights) in enumerate(models, 1):
        prefix = f"n{number}_"
        *body, head = description["layers"]
        shape, weight = weights.pop(head["name"] + ".weight")
        _, own_bias = weights.pop(head["name"] + ".bias")
        own_rows = spread(head, shape, weight)
        own_bias = own_bias * head.get("groups", 1)
        rename(description["layers"], prefix)
        layers += body
        sources += head["input"]
        tensors.update((prefix + name, tensor)
                       for name, tensor in weights.items())
        rows = [a + b for a, b in zip(rows, own_rows)] if rows else own_rows
        bias = [a + b for a, b in zip(bias, own_bias)] if bias else own_bias

    share = 1 / len(models)
    layers.append({"name": "mean", "type": "linear", "out": len(rows),
                   "activation": head.get("activation", "identity"),
                   "input": sources})
    tensors["mean.weight"] = [len(rows), len(rows[0])], array.array(
        "f", (share * value for row in rows for value in row))
    tensors["mean.bias"] = [len(rows)], array.array(
        "f", (share * value for value in bias))
    card = {"name": "The mean of " + ", ".join(
        d.get("card", {}).get("recipe", "?") for d, _ in models),
            "data_section": first["card"]["data_section"]}
    return {"version": 1, "inputs": first["inputs"], "layers": layers,
            "task": first["task"], "card": card}, tensors


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    models = [read(path) for path in sys.argv[2:]]
    kinds = [(d["inputs"], d["task"], d["layers"][-1]["type"],
              dict(d["card"]["data_section"], transpose=None))
             for d, _ in models]
    if any(kind != kinds[0] for kind in kinds) or kinds[0][2] != "linear":
        sys.exit("join.py: the models differ in inputs, task, data or last "
                 "layer")
    write(sys.argv[1], *join(models))
    return 0


if __name__ == "__main__":
    sys.exit(main())
