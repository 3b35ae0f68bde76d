#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Train the recipes of this folder, score them and print docs/results.md's
tables.

Usage: results.py RONDO DATA RUNS [--threads N] [--no-train] [NAME]...

RONDO is the tool, DATA the folder that the recipes' data are in and RUNS a
folder for models and checkpoints, where a run that was cut off goes on.  NAME
is a recipe of bench/recipes, without .json; by default all that are in RUNS.
With --no-train models are taken as they are.  Minutes are those of processors,
which other work on the machine does not lengthen; they are kept in RUNS.
"""

import argparse
import json
import os
import resource
import subprocess
import sys

RECIPES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recipes")

# The score of each task, and how it is printed
SCORES = {"frames": ("nll", "{:.3f}"), "classify": ("accuracy", "{:.3f}"),
          "tag": ("f1", "{:.3f}"), "language": ("nats", "{:.3f}"),
          "melody": ("nats_note", "{:.3f}")}


# Of networks with independent outputs: Bai et al. 2018; the tuned ones of the
# repository LUMII-Syslab/RRU.
PUBLISHED = {"jsb-rnn": "8.91", "jsb-gru": "8.43, tuned 8.20",
             "jsb-lstm": "8.45, tuned 8.33",
             "nottingham-rnn": "4.05", "nottingham-gru": "3.46, tuned 3.22",
             "nottingham-lstm": "3.29, tuned 3.25",
             "musedata-gru": "tuned 7.31", "musedata-lstm": "tuned 7.24",
             "piano-gru": "tuned 7.58", "piano-lstm": "tuned 7.54"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def describe(layers):
    """Say what is recurrent along time, such as "lstm 2 x 256, bidirectional",
    and whether the groups of a step are read as well."""
    words = []
    for layer in layers:
        if "hidden" in layer and "along" not in layer:
            many = f"{layer['layers']} x " if layer.get("layers", 1) > 1 else ""
            both = ", bidirectional" if layer.get("bidirectional") else ""
            words.append(f"{layer['type']} {many}{layer['hidden']}{both}")
    alike = any("along" in layer for layer in layers)
    return ("keys alike, " if alike else "") + " + ".join(words)


def run(arguments):
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE,
                          text=True).stdout


def train(options, recipe, model):
    """Train, and add to the seconds that processors took for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run([options.rondo, "train", recipe, "--data", options.data,
         "--output", model, "--threads", str(options.threads),
         "--resume", "--quiet"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
            + seconds(model))
    with open(model + ".seconds", "w", encoding="utf-8") as file:
        file.write(f"{took:.1f}\n")


def seconds(model):
    if not os.path.exists(model + ".seconds"):
        return 0.0
    with open(model + ".seconds", encoding="utf-8") as file:
        return float(file.read())


def row(options, name):
    recipe = os.path.join(RECIPES, name + ".json")
    model = os.path.join(options.runs, name + ".safetensors")
    if not options.no_train:
        train(options, recipe, model)
    task = read(recipe)["model"]["task"]["name"]
    key, form = SCORES[task]
    scores = [json.loads(run([options.rondo, "eval", task, model, "--data",
                              options.data, "--split", split, "--json"]))
              for split in ("valid", "test")]
    cells = [f"`{name}`", describe(read(recipe)["model"]["layers"])]
    cells += [form.format(score[key]) for score in scores]
    cells += [PUBLISHED.get(name, ""), f"{seconds(model) / 60:.1f}"]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("rondo")
    parser.add_argument("data")
    parser.add_argument("runs")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-train", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_intermixed_args()
    names = options.names or sorted(
        name[:-5] for name in os.listdir(RECIPES) if os.path.exists(
            os.path.join(options.runs, name[:-5] + ".safetensors")))
    os.makedirs(options.runs, exist_ok=True)
    print("| recipe | network | valid | test | published | minutes |")
    print("|---|---|---|---|---|---|")
    for name in names:
        print(row(options, name), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
