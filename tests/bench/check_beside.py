#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Check that bench/beside.py measures what is known beforehand.

Usage: check_beside.py BESIDE
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
import wave

BESIDE = os.path.abspath(sys.argv[1])

# Takes so many seconds of the processor altogether for the start, with that of
# Python, and so many for a second of sound
BURN = """
import shutil, sys, time, wave
start, share = map(float, sys.argv[1:3])
with wave.open(sys.argv[3], "rb") as file:
    seconds = file.getnframes() / file.getframerate()
while time.process_time() < start + share * seconds:
    pass
shutil.copyfile(*sys.argv[3:5])
"""


class Beside(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.sound = os.path.join(folder.name, "a sound.wav")
        with wave.open(self.sound, "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(bytes(2 * 8000))
        self.burn = os.path.join(folder.name, "burn.py")
        with open(self.burn, "w", encoding="utf-8") as file:
            file.write(BURN)

    def run_beside(self, *commands):
        return subprocess.run(
            [sys.executable, BESIDE, "--rounds", "2", "--seconds", "4.5",
             "--short", "0.5", self.sound, *commands],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            check=False)

    def burning(self, start, share):
        return f'"{sys.executable}" "{self.burn}" {start} {share} {{in}} {{out}}'

    def read_rows(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        return [(name, *map(float, numbers)) for name, *numbers in re.findall(
            r"^\| (\S+) \| (\S+) % \| (\S+) % \| (\S+) \|$", done.stdout,
            re.MULTILINE)]

    def assert_fails(self, done, *words):
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_tells_known_costs_without_the_start(self):
        rows = self.read_rows(self.run_beside(
            "plain=" + self.burning(0.1, 0.05),
            "late=" + self.burning(0.2, 0.05),
            "twice=" + self.burning(0.1, 0.1)))
        self.assertEqual([row[0] for row in rows], ["plain", "late", "twice"])
        for (_, least, middle, ratio), percent in zip(rows, (5, 5, 10)):
            # Ending Python takes some 5 ms, more or less, of 4 s
            self.assertAlmostEqual(least, percent, delta=0.5)
            self.assertAlmostEqual(middle, percent, delta=1)
            self.assertAlmostEqual(ratio, percent / 5, delta=0.3)

    def test_names_the_command_that_fails(self):
        self.assert_fails(
            self.run_beside("good=cp {in} {out}",
                            "bad=echo why {in} {out} >&2; exit 3"),
            "bad: exit status 3: why")

    def test_names_the_command_that_writes_nothing(self):
        self.assert_fails(self.run_beside("idle=true {in} {out}"),
                          "idle: {out} was not written")

    def test_refuses_commands_without_a_name_or_a_place(self):
        self.assert_fails(self.run_beside("cp {in} {out}"),
                          'expected NAME=COMMAND, found "cp {in} {out}"')
        self.assert_fails(self.run_beside("a=cat {in}"), "a: the command has",
                          "{out}")

    def test_refuses_what_is_no_sound(self):
        with open(self.sound, "w", encoding="utf-8") as file:
            file.write("no sound")
        self.assert_fails(self.run_beside("a=cp {in} {out}"), "a sound.wav")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
