#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Score what needs no network, to have something to compare networks with.

Usage: baselines.py DATA

DATA is the folder that the recipes' data files are in.  Sentence polarity is
told by multinomial naive Bayes over words and over words and pairs of words
(Wang and Manning 2012), with add-one smoothing.  Named entities are found by
giving each word the tag that it has most often in training, and O if it is
new; precision, recall and F1 are those of whole entities (Tjong Kim Sang and
De Meulder 2003).
"""

import collections
import math
import os
import re
import sys


def read_lines(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read().splitlines()


def words(text):
    return re.findall(r"[a-z']+|[^a-z'\s]", text.lower())


def features(text, pairs):
    found = words(text)
    both = zip(found, found[1:]) if pairs else []
    return found + [" ".join(pair) for pair in both]


def naive_bayes(train, test, pairs):
    """Return the share of `test` that is told right."""
    counts = {"0": collections.Counter(), "1": collections.Counter()}
    n = collections.Counter()
    for label, text in train:
        counts[label].update(features(text, pairs))
        n[label] += 1
    vocabulary = set(counts["0"]) | set(counts["1"])
    totals = {c: sum(counts[c].values()) + len(vocabulary) for c in counts}

    def score(label, text):
        return math.log(n[label]) + sum(
            math.log((counts[label][f] + 1) / totals[label])
            for f in features(text, pairs) if f in vocabulary)

    right = sum((score("1", text) > score("0", text)) == (label == "1")
                for label, text in test)
    return right / len(test)


def print_polarity(data):
    uci = {split: [(line.split("\t")[0], line.split("\t")[2]) for line in
                   read_lines(data, "text/sentiment/uci", split + ".tsv")]
           for split in ("train", "valid", "test")}
    folds = collections.defaultdict(list)
    for line in read_lines(data, "text/sentiment/mr/mr_10fold.tsv"):
        fold, label, text = line.split("\t")
        folds[fold].append((label, text))
    for pairs, name in (False, "words"), (True, "words and pairs"):
        accuracy = naive_bayes(uci["train"] + uci["valid"], uci["test"], pairs)
        print(f"polarity, UCI, naive Bayes of {name}: {accuracy:.3f}")
        scores = []
        for fold, test in sorted(folds.items()):
            train = [x for f in folds if f != fold for x in folds[f]]
            scores.append(naive_bayes(train, test, pairs))
        print(f"polarity, MR, naive Bayes of {name}: fold 0 {scores[0]:.3f},"
              f" mean of ten {sum(scores) / len(scores):.3f}")


def read_tags(*path):
    sentences = [[]]
    for line in read_lines(*path):
        fields = line.split("\t") if "\t" in line else line.split(" ")
        if line.strip():
            sentences[-1].append((fields[0], fields[-1]))
        elif sentences[-1]:
            sentences.append([])
    return [s for s in sentences if s]


def entities(tags):
    """Return the (start, end, kind) of tags, BIO or IO."""
    found = set()
    start, kind = 0, None
    for i, tag in enumerate(list(tags) + ["O"]):
        begins = tag.startswith("B-") or (tag != "O" and tag[2:] != kind)
        if kind and (begins or tag == "O"):
            found.add((start, i, kind))
            kind = None
        if begins:
            start, kind = i, tag[2:]
    return found


def print_entities(data, folder):
    seen = collections.defaultdict(collections.Counter)
    for sentence in read_tags(data, "text/ner", folder, "train.conll"):
        for word, tag in sentence:
            seen[word][tag] += 1
    right = given = wanted = 0
    for sentence in read_tags(data, "text/ner", folder, "test.conll"):
        guess = [seen[word].most_common(1)[0][0] if word in seen else "O"
                 for word, _ in sentence]
        a = entities(guess)
        b = entities([tag for _, tag in sentence])
        right, given, wanted = right + len(a & b), given + len(a), wanted + len(b)
    precision, recall = right / max(given, 1), right / wanted
    f1 = 2 * right / (given + wanted)
    print(f"entities, {folder}, most frequent tag: precision {precision:.3f},"
          f" recall {recall:.3f}, F1 {f1:.3f}")


if __name__ == "__main__":
    print_polarity(sys.argv[1])
    for folder in "wnut17", "wikigold":
        print_entities(sys.argv[1], folder)
