#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Measure what programs that treat a sound cost, by turns on one core.

Usage: beside.py SOUND [--rounds N] [--seconds N] [--short N] [--core N]
                 NAME=COMMAND...

SOUND is a WAV file of whole numbers (PCM), which is repeated and cut to a long
sound and a short one.  COMMAND is given to the shell, with the paths of a sound
and of the WAV file to be written in the places of {in} and {out}:

  beside.py noisy.wav "rondo=rondo denoise -q -j 1 -o {out} {in}" "copy=cp {in} {out}"

Every round runs each command on the short sound, then each on the long one, all
on the same core.  What counts is the processor time of a command, user and
system, with all that it started and waited for; that of the short sound is
taken from that of the long one, and so is what starting up costs.  The table
has the share of the core that a second of sound takes: from the least time of
either sound in all rounds, as the median of the rounds, and the ratio of the
former to that of the first command.  The cores of a machine that do other work
share its caches and clock: leave it alone meanwhile.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import wave


class Failure(Exception):
    """What is to be told to the user."""


def parse_command(text):
    name, equals, command = text.partition("=")
    if not equals or not name.strip():
        raise Failure(f'expected NAME=COMMAND, found "{text}"')
    for place in "{in}", "{out}":
        if place not in command:
            raise Failure(f"{name}: the command has no {place}")
    return name, command


def write_sound(source, path, seconds):
    """Write as many seconds of SOUND, again and again."""
    try:
        with wave.open(source, "rb") as file:
            form, data = file.getparams(), file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise Failure(f"{source}: {error or 'not a WAV file'}") from error
    if not data:
        raise Failure(f"{source}: no samples")
    size = round(seconds * form.framerate) * form.nchannels * form.sampwidth
    with wave.open(path, "wb") as file:
        file.setparams(form._replace(nframes=0))
        file.writeframes((data * (size // len(data) + 1))[:size])


def measure(name, command, source, target):
    """Return the processor time of a command in seconds."""
    for place, path in ("{in}", source), ("{out}", target):
        command = command.replace(place, shlex.quote(path))
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, shell=True, stdout=errors,
                                   stderr=errors, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        text = errors.read().decode(errors="replace").strip()
    if process.returncode:
        raise Failure(f"{name}: exit status {process.returncode}: {text}")
    if not os.path.exists(target) or not os.path.getsize(target):
        raise Failure(f"{name}: {{out}} was not written")
    os.remove(target)
    return usage.ru_utime + usage.ru_stime


def compare(commands, sounds, target, rounds):
    """Return (n_commands, 2, n_rounds) times: of the long sound, the short."""
    times = [([], []) for _ in commands]
    for _ in range(rounds):
        for which in 1, 0:
            for row, (name, command) in zip(times, commands):
                row[which].append(
                    measure(name, command, sounds[which], target))
    return times


def print_table(commands, times, seconds):
    print("| | share of a core, minimum | median | ratio to the first |")
    print("|---|---|---|---|")
    first = None
    for (name, _), (long, short) in zip(commands, times):
        least = (min(long) - min(short)) / seconds
        middle = statistics.median(
            (a - b) / seconds for a, b in zip(long, short))
        first = least if first is None else first
        ratio = f"{least / first:.2f}" if first > 0 else "–"
        print(f"| {name} | {100 * least:.2f} % | {100 * middle:.2f} % "
              f"| {ratio} |")


def run(options):
    commands = [parse_command(text) for text in options.commands]
    if not 0 < options.short < options.seconds or options.rounds < 1:
        raise Failure("expected 0 < short < seconds, and a round or more")
    cores = os.sched_getaffinity(0)
    core = max(cores) if options.core is None else options.core
    if core not in cores:
        raise Failure(f"expected a core of {sorted(cores)}, found {core}")
    os.sched_setaffinity(0, {core})
    with tempfile.TemporaryDirectory() as folder:
        sounds = [os.path.join(folder, x) for x in ("long.wav", "short.wav")]
        for path, seconds in zip(sounds, (options.seconds, options.short)):
            write_sound(options.sound, path, seconds)
        times = compare(commands, sounds, os.path.join(folder, "out.wav"),
                        options.rounds)
    print_table(commands, times, options.seconds - options.short)
    print(f"\n{options.rounds} rounds of {options.seconds:g} s, less "
          f"{options.short:g} s, on core {core}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sound")
    parser.add_argument("commands", nargs="+", metavar="NAME=COMMAND")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--short", type=float, default=20)
    parser.add_argument("--core", type=int)
    try:
        run(parser.parse_args())
    except Failure as failure:
        print(f"beside.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
