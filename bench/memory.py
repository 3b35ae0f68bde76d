#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Find out how far back rnn, gru and lstm remember: the adding problem
(Hochreiter and Schmidhuber 1997) and the copying problem (Arjovsky et al. 2016)
at growing lengths, as a table and a picture, with the gradients that explain it.

Usage: memory.py RONDO RUNS PICTURE.svg [--lengths 10,20,50] [--updates N]
                 [--budget N] [--units N] [--threads N]

RONDO is the tool and RUNS a folder for models; a run that was cut off goes on,
one that ended is not repeated.  A run has as many updates as --updates says,
fewer where they would take more than --budget steps of sequences.

What is printed is the loss on fresh sequences as a share of what forgetting
costs: the variance of the sum, 1/6, and the entropy of the symbols.  0 is a
perfect memory, 1 none.  The last panel shows how large the gradient of the loss
at the end of the adding problem is, as it flows back: at the last judgement,
and dashed at the first.
"""

import argparse
import json
import math
import os
import subprocess
import sys

WIDTH, HEIGHT, TOP = 320, 200, 40  # Of a panel

HERE = os.path.dirname(os.path.abspath(__file__))
TYPES = ["rnn", "gru", "lstm"]
COLOURS = {"rnn": "#c0392b", "gru": "#2471a3", "lstm": "#1e8449"}
SYMBOLS, COPIED = 8, 10  # Of the copying problem
BATCH, HELD_OUT = 20, 500


def forgetting(problem, length):
    """Return the loss of who remembers nothing."""
    if problem == "adding":
        return 1 / 6
    return COPIED * math.log(SYMBOLS) / (length + 2 * COPIED)


def make_recipe(options, problem, kind, length):
    path = os.path.join(HERE, "recipes", problem + "-lstm.json")
    with open(path, encoding="utf-8") as file:
        recipe = json.load(file)
    for layer in recipe["model"]["layers"]:
        if layer["name"] == "cell":
            layer["type"] = kind
            layer["hidden"] = options.units
    updates = max(1, min(options.updates, options.budget // (BATCH * length)))
    recipe["data"].update(length=length, train=min(20000, BATCH * updates),
                          valid=HELD_OUT, test=HELD_OUT)
    recipe["training"].pop("epochs")
    recipe["training"].update(
        steps=updates, batch=BATCH, learning_rate=0.005, clip_norm=1.0,
        valid_every=max(1, updates // 5), gradient_norms=problem == "adding",
        schedule={"name": "cosine", "warm_up": min(50, updates // 4)})
    recipe["card"]["name"] = f"The {problem} problem over {length} steps, {kind}"
    return recipe


def measure(options, problem, kind, length):
    name = os.path.join(options.runs, f"{problem}-{kind}-{length}")
    with open(name + ".json", "w", encoding="utf-8") as file:
        json.dump(make_recipe(options, problem, kind, length), file)
    model = name + ".safetensors"
    subprocess.run([options.rondo, "train", name + ".json", "--data", ".",
                    "--output", model, "--resume", "--quiet",
                    "--threads", str(options.threads)], check=True)
    scores = json.loads(subprocess.run(
        [options.rondo, "eval", "frames", model, "--data", ".", "--json"],
        check=True, stdout=subprocess.PIPE, text=True).stdout)
    loss = scores["mse" if problem == "adding" else "nll"]
    return min(loss / forgetting(problem, length), 1.5)


def read_norms(options, kind, length):
    """Return the gradients by distance at the first and last judgement."""
    name = os.path.join(options.runs,
                        f"adding-{kind}-{length}.safetensors.jsonl")
    with open(name, encoding="utf-8") as file:
        log = [json.loads(line) for line in file]
    norms = [entry["gradient_norms"] for entry in log
             if "gradient_norms" in entry]
    return norms[0], norms[-1]


def frame(x, title, below):
    return [f'<text x="{x}" y="24">{title}</text>',
            f'<rect x="{x}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}"'
            ' fill="none" stroke="#888"/>',
            f'<text x="{x + WIDTH / 2}" y="{TOP + HEIGHT + 38}"'
            f' text-anchor="middle">{below}</text>']


def line(points, colour, dashes=""):
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (f'<polyline points="{text}" fill="none" stroke="{colour}"'
            f' stroke-width="2"{dashes}/>')


def draw_shares(x0, problem, lengths, shares):
    out = frame(x0, f"The {problem} problem: share of what forgetting costs",
                "steps")
    low, high = math.log(lengths[0]), math.log(lengths[-1])
    xs = [x0 + WIDTH * (math.log(n) - low) / max(high - low, 1e-9)
          for n in lengths]
    for share in (0, 0.5, 1):
        y = TOP + HEIGHT * (1 - share / 1.2)
        out.append(f'<text x="{x0 - 6}" y="{y + 4:.0f}" text-anchor="end">'
                   f'{share}</text>')
    for x, length in zip(xs, lengths):
        out.append(f'<text x="{x:.0f}" y="{TOP + HEIGHT + 18}"'
                   f' text-anchor="middle">{length}</text>')
    for row, kind in enumerate(TYPES):
        out.append(line([(x, TOP + HEIGHT * (1 - min(s, 1.2) / 1.2))
                         for x, s in zip(xs, shares[problem, kind])],
                        COLOURS[kind]))
        out.append(f'<text x="{x0 + 10}" y="{TOP + 60 + 16 * row}"'
                   f' fill="{COLOURS[kind]}">{kind}</text>')
    return out


def draw_norms(x0, norms, length):
    """Draw gradients over distance on a logarithmic axis of twelve decades."""
    out = frame(x0, f"Gradients in the adding problem of {length} steps",
                "steps back")
    for decade in range(-10, 3, 2):
        y = TOP + HEIGHT * (2 - decade) / 12
        out.append(f'<text x="{x0 - 6}" y="{y + 4:.0f}" text-anchor="end">'
                   f'1e{decade}</text>')
    for step in range(0, length + 1, length // 4):
        out.append(f'<text x="{x0 + WIDTH * step / length:.0f}"'
                   f' y="{TOP + HEIGHT + 18}" text-anchor="middle">{step}'
                   '</text>')
    for kind in TYPES:
        for values, dashes in zip(norms[kind], (' stroke-dasharray="5 4"', "")):
            out.append(line([
                (x0 + WIDTH * i / length, TOP + HEIGHT * (
                    2 - max(-10.0, min(2.0, math.log10(max(v, 1e-30))))) / 12)
                for i, v in enumerate(values)], COLOURS[kind], dashes))
    return out


def draw(path, lengths, shares, norms, norms_length):
    """Write the picture: a panel a problem, and one of gradients."""
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="1180" height="300"'
           ' font-family="sans-serif" font-size="12">',
           '<rect width="1180" height="300" fill="white"/>']
    out += draw_shares(50, "adding", lengths, shares)
    out += draw_shares(440, "copy", lengths, shares)
    out += draw_norms(830, norms, norms_length)
    out.append("</svg>")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("rondo")
    parser.add_argument("runs")
    parser.add_argument("picture")
    parser.add_argument("--lengths", default="10,20,50,100,200,500,1000")
    parser.add_argument("--updates", type=int, default=5000)
    parser.add_argument("--budget", type=int, default=8000000)
    parser.add_argument("--units", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    lengths = [int(word) for word in options.lengths.split(",")]
    os.makedirs(options.runs, exist_ok=True)

    shares = {}
    print("| problem | cell | " + " | ".join(map(str, lengths)) + " |")
    print("|---|---|" + "---|" * len(lengths))
    for problem in "adding", "copy":
        for kind in TYPES:
            row = [measure(options, problem, kind, n) for n in lengths]
            shares[problem, kind] = row
            cells = " | ".join(f"{share:.3f}" for share in row)
            print(f"| {problem} | {kind} | {cells} |", flush=True)
    middle = min(lengths, key=lambda n: abs(n - 200))
    norms = {kind: read_norms(options, kind, middle) for kind in TYPES}
    draw(options.picture, lengths, shares, norms, middle)
    return 0


if __name__ == "__main__":
    sys.exit(main())
