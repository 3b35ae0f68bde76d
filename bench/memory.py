#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Find out how far back rnn, gru and lstm remember: the adding problem
(Hochreiter and Schmidhuber 1997) and the copying problem (Arjovsky et al. 2016)
at growing lengths, as a table and a picture.

Usage: memory.py RONDO RUNS PICTURE.svg [--lengths 10,20,50] [--steps N]

RONDO is the tool and RUNS a folder for models; a run that was cut off goes on,
one that ended is not repeated.  What is printed is the loss on fresh sequences
as a share of what forgetting costs: the variance of the sum, 1/6, and the
entropy of the symbols.  0 is a perfect memory, 1 none.
"""

import argparse
import json
import math
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TYPES = ["rnn", "gru", "lstm"]
COLOURS = {"rnn": "#c0392b", "gru": "#2471a3", "lstm": "#1e8449"}
SYMBOLS, COPIED = 8, 10  # Of the copying problem


def forgetting(problem, length):
    """Return the loss of who remembers nothing."""
    if problem == "adding":
        return 1 / 6
    return COPIED * math.log(SYMBOLS) / (length + 2 * COPIED)


def make_recipe(problem, kind, length, steps):
    path = os.path.join(HERE, "recipes", problem + "-lstm.json")
    with open(path, encoding="utf-8") as file:
        recipe = json.load(file)
    for layer in recipe["model"]["layers"]:
        if layer["name"] == "cell":
            layer["type"] = kind
    recipe["data"]["length"] = length
    recipe["training"].pop("epochs")
    recipe["training"]["steps"] = steps
    recipe["card"]["name"] = f"The {problem} problem over {length} steps, {kind}"
    return recipe


def measure(options, problem, kind, length):
    name = os.path.join(options.runs, f"{problem}-{kind}-{length}")
    with open(name + ".json", "w", encoding="utf-8") as file:
        json.dump(make_recipe(problem, kind, length, options.steps), file)
    model = name + ".safetensors"
    subprocess.run([options.rondo, "train", name + ".json", "--data", ".",
                    "--output", model, "--resume", "--quiet",
                    "--threads", str(options.threads)], check=True)
    scores = json.loads(subprocess.run(
        [options.rondo, "eval", "frames", model, "--data", ".", "--json"],
        check=True, stdout=subprocess.PIPE, text=True).stdout)
    loss = scores["mse" if problem == "adding" else "nll"]
    return min(loss / forgetting(problem, length), 1.5)


def draw(path, lengths, shares):
    """Write the picture: one panel a problem, one line a type."""
    width, height, left, top = 330, 200, 60, 40
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="800" height="300"'
           ' font-family="sans-serif" font-size="12">',
           '<rect width="800" height="300" fill="white"/>']
    low, high = math.log(lengths[0]), math.log(lengths[-1])
    for panel, problem in enumerate(("adding", "copy")):
        x0 = left + panel * (width + 50)
        out.append(f'<text x="{x0}" y="24">The {problem} problem: share of what'
                   ' forgetting costs</text>')
        out.append(f'<rect x="{x0}" y="{top}" width="{width}" height="{height}"'
                   ' fill="none" stroke="#888"/>')
        for share in (0, 0.5, 1):
            y = top + height * (1 - share / 1.2)
            out.append(f'<text x="{x0 - 26}" y="{y + 4:.0f}">{share}</text>')
        places = [x0 + width * (math.log(n) - low) / max(high - low, 1e-9)
                  for n in lengths]
        for place, length in zip(places, lengths):
            out.append(f'<text x="{place:.0f}" y="{top + height + 18}"'
                       f' text-anchor="middle">{length}</text>')
        for row, kind in enumerate(TYPES):
            points = [f"{x:.1f},{top + height * (1 - min(s, 1.2) / 1.2):.1f}"
                      for x, s in zip(places, shares[problem, kind])]
            out.append(f'<polyline points="{" ".join(points)}" fill="none"'
                       f' stroke="{COLOURS[kind]}" stroke-width="2"/>')
            out.append(f'<text x="{x0 + 10}" y="{top + 50 + 16 * row}"'
                       f' fill="{COLOURS[kind]}">{kind}</text>')
    out.append('<text x="400" y="290" text-anchor="middle">steps</text></svg>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("rondo")
    parser.add_argument("runs")
    parser.add_argument("picture")
    parser.add_argument("--lengths", default="10,20,50,100,200,500,1000")
    parser.add_argument("--steps", type=int, default=3000)
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
    draw(options.picture, lengths, shares)
    return 0


if __name__ == "__main__":
    sys.exit(main())
