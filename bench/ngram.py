#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Score melodies by n-grams of the tokens that `rondo eval melody` scores.

Interpolated with Witten-Bell smoothing (Witten and Bell 1991; Chen and Goodman
1999, section 2.4): p(w | h) = (c(h w) + t(h) p(w | h')) / (c(h) + t(h)), where
t(h) is the number of different tokens seen after h, and h' is h without its
first token; without any history all 157 tokens are alike.

The mixture sees what the networks see: beside an n-gram of order 5 it has one
for each of the other inputs, that input being the token before the last two:
the place in the bar, what was played 1, 2, 4, 8 and 16 bars before, and what
followed the same tokens the last time. Their weights are found on the
validation split by expectation and maximisation, one set for each pair of
whether a duration is next and how many tokens were the same.

    bench/ngram.py DIR    # that holds music/melodies/melodies.jsonl
"""

import collections
import math
import sys

import melodies

ORDERS = range(1, 7)
ALIKES = (4, 6, 8, 12, 16, 24, 32)
ROUNDS = 12  # Of expectation and maximisation


class Chain:
    """Counts of what follows histories, each with a shorter one behind it."""

    def __init__(self):
        self.counts = collections.defaultdict(collections.Counter)
        self.sums = collections.Counter()

    def learn(self, token, histories):
        for history in histories:
            self.counts[history][token] += 1
            self.sums[history] += 1

    def probability(self, token, histories):
        """Return p(token), histories going from short to long."""
        p = 1 / melodies.N_TOKENS
        for history in histories:
            counts = self.counts.get(history)
            if counts is None:
                break
            types = len(counts)
            p = (counts[token] + types * p) / (self.sums[history] + types)
        return p

    def distribution(self, histories):
        """Return the probabilities of all tokens."""
        ps = [1 / melodies.N_TOKENS] * melodies.N_TOKENS
        for history in histories:
            counts = self.counts.get(history)
            if counts is None:
                break
            total = self.sums[history] + len(counts)
            rest = len(counts) / total
            ps = [p * rest for p in ps]
            for token, count in counts.items():
                ps[token] += count / total
        return ps


def histories_of(tokens, i, order):
    """Return what is before tokens[i], from nothing to order - 1 tokens."""
    padded = [melodies.START] * (order - 1) + tokens[:i]
    return [tuple(padded[len(padded) - n:]) for n in range(order)]


def ngram_score(order, train, test):
    """Return the nats of `test` by an n-gram."""
    chain = Chain()
    for tokens in train:
        for i, token in enumerate(tokens):
            chain.learn(token, histories_of(tokens[max(0, i - order):i],
                                            min(i, order), order))
    return sum(-math.log(chain.probability(
        token, histories_of(tokens[max(0, i - order):i], min(i, order), order)))
               for tokens in test for i, token in enumerate(tokens))


def look(state, tokens):
    """Return the kind of place after `tokens`, and what each chain sees."""
    last = tokens[-1] if tokens else melodies.START
    before = tokens[-2] if len(tokens) > 1 else melodies.START
    follows, alike = state.foretold()
    bucket = sum(alike >= least for least in ALIKES)
    seen = [state.place()] + state.look_back() + [(follows, bucket)]
    views = [histories_of(tokens[-5:], min(len(tokens), 5), 5)]
    for x in seen:
        views.append([(), (x,), (x, last), (x, last, before)])
    return (state.in_note, bucket), views


def views_of(tune):
    """Return (token, kind of place, histories of each chain) of each token."""
    tokens = melodies.encode(tune)
    state = melodies.State(tune["metre"], melodies.pickup_of(tune))
    views = []
    for i, token in enumerate(tokens):
        views.append((token, *look(state, tokens[max(0, i - 5):i])))
        state.advance(token)
    return views


class Mixture:
    """Chains side by side, with weights that depend on the place."""

    def __init__(self, train):
        self.chains = None
        for tune in train:
            for token, _, views in views_of(tune):
                self.chains = self.chains or [Chain() for _ in views]
                for chain, histories in zip(self.chains, views):
                    chain.learn(token, histories)
        self.weights = {}

    def terms(self, tune):
        """Return (kind of place, the chains' probabilities) of each token."""
        return [(kind, [chain.probability(token, histories)
                        for chain, histories in zip(self.chains, views)])
                for token, kind, views in views_of(tune)]

    def weights_of(self, kind):
        n = len(self.chains)
        return self.weights.get(kind, [1 / n] * n)

    def weigh(self, tunes):
        """Find the weights that make `tunes` likeliest."""
        terms = [term for tune in tunes for term in self.terms(tune)]
        for _ in range(ROUNDS):
            shares = {}
            for kind, ps in terms:
                weighted = [w * p for w, p in zip(self.weights_of(kind), ps)]
                total = sum(weighted)
                share = shares.setdefault(kind, [1e-3] * len(ps))
                for k, x in enumerate(weighted):
                    share[k] += x / total
            self.weights = {kind: [x / sum(share) for x in share]
                            for kind, share in shares.items()}

    def nats(self, tunes):
        total = 0.0
        for tune in tunes:
            for kind, ps in self.terms(tune):
                total -= math.log(sum(w * p for w, p in
                                      zip(self.weights_of(kind), ps)))
        return total


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    splits = melodies.read(sys.argv[1])
    train = [melodies.encode(tune) for tune in splits["train"]]
    test = [melodies.encode(tune) for tune in splits["test"]]
    n_steps = sum(len(tokens) for tokens in test)
    n_notes = sum(token < melodies.REST for tokens in test for token in tokens)
    print(f"{len(test)} melodies, {n_steps} steps, {n_notes} notes")
    print("| | nats per step | nats per note |\n|---|---|---|")
    for order in ORDERS:
        nats = ngram_score(order, train, test)
        print(f"| n-gram of order {order} | {nats / n_steps:.4f} | "
              f"{nats / n_notes:.4f} |", flush=True)
    mixture = Mixture(splits["train"])
    mixture.weigh(splits["valid"])
    nats = mixture.nats(splits["test"])
    print(f"| mixture of n-grams | {nats / n_steps:.4f} | "
          f"{nats / n_notes:.4f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
