#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Check the form of what bench/speed.py prints; times are what they are.

Usage: check_speed.py SPEED BUILD
"""

import re
import subprocess
import sys
import unittest

SPEED, BUILD = sys.argv[1:3]

# A column's head, and what its cells must look like
FORMS = [(r"network", r"(rnn|lstm) \d+"),
         (r"error, rms", r"\d+\.\d\d %"),
         (r".*÷.*", r"\d+\.\d\d"),
         (r".*", r"\d+ / \d+")]


def run_speed(*arguments, build=BUILD):
    return subprocess.run(
        [sys.executable, SPEED, build, "--rounds", "2", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


def read_tables(text):
    """Return the tables by title, each a list of rows of cells."""
    found = re.findall(r"^(.+)\n\n((?:\|.*\n)+)", text, re.MULTILINE)
    return {title: [[cell.strip() for cell in row.split("|")[1:-1]]
                    for row in rows.splitlines()] for title, rows in found}


class Speed(unittest.TestCase):
    def assert_fails(self, done, status, *words):
        self.assertEqual(done.returncode, status)
        self.assertNotIn("Traceback", done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_tells_every_time_of_every_network(self):
        done = run_speed("--only", "networks", "--cells", "rnn,lstm",
                         "--units", "3,8")
        self.assertEqual(done.returncode, 0, done.stderr)
        tables = read_tables(done.stdout)
        self.assertLessEqual({"Weights of float32", "Weights of int8"},
                             set(tables))
        for title, (heads, rule, *rows) in tables.items():
            self.assertEqual(rule, ["---"] * len(heads), title)
            self.assertEqual([row[0] for row in rows],
                             ["rnn 3", "rnn 8", "lstm 3", "lstm 8"], title)
            for row in rows:
                self.assertEqual(len(row), len(heads), title)
                for head, cell in zip(heads, row):
                    form = next(f for h, f in FORMS if re.fullmatch(h, head))
                    self.assertRegex(cell, f"^{form}$", f"{title}: {head}")

    def test_passes_on_what_programs_of_the_build_tell(self):
        done = run_speed("--only", "memory")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in "voice", "melody", "denoise-stereo":
            self.assertRegex(done.stdout, rf"(?m)^  {name} +\d+\.\d KiB")

    def test_refuses_what_cannot_be_measured(self):
        self.assert_fails(run_speed("--cells", "gru,cat"), 2,
                          'expected some of rnn, gru, lstm, found "gru,cat"')
        self.assert_fails(run_speed("--units", "8,0"), 2, "--units", '"0"')
        self.assert_fails(run_speed("--rounds", "-1"), 2, "--rounds", '"-1"')
        self.assert_fails(run_speed("--core", "-1"), 1, "expected a core of")

    def test_names_what_the_build_lacks(self):
        for part, name in ("networks", "bench_net"), ("memory", "bench_memory"):
            self.assert_fails(run_speed("--only", part, build="nowhere"), 1,
                              "speed.py: ", f"nowhere/bench/{name}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
