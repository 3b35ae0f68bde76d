#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Write the seeds of fuzz_atoms and fuzz_state: what sane hosts send and keep.

Usage: plugin_seeds.py FOLDER    to FOLDER/atoms and FOLDER/state

URIs have the numbers that fuzz_host.c gives them.
"""

import os
import re
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MONO, STEREO, MELODY = range(3)
LENGTHS = [0, 1, 17, 64, 256, 480, 1000, 1024]  # of fuzz_atoms.c
KEYS = ["model", "midi_file", "seed", "frozen", "version", "regenerated"]
FOLDER = b"/proc/self/fd/"


def read_uris():
    """Return the number of each URI by the name of its macro."""
    with open(os.path.join(HERE, "fuzz_host.c"), encoding="utf-8") as file:
        text = file.read()
    names = re.search(r"uris\[\] = \{(.*?)\};", text, re.S).group(1)
    return {name.strip(): i + 1
            for i, name in enumerate(names.strip().rstrip(",").split(","))}


URIS = read_uris()


def atom(kind, body):
    padding = b"\0" * (-len(body) % 8)
    return struct.pack("<II", len(body), URIS[kind]) + body + padding


def urid(name):
    return atom("LV2_ATOM__URID", struct.pack("<I", URIS[name]))


def integer(value):
    return atom("LV2_ATOM__Int", struct.pack("<i", value))


def path(text):
    return atom("LV2_ATOM__Path", text + b"\0")


def number(value, kind="Double"):
    form = {"Double": "<d", "Float": "<f", "Int": "<i", "Long": "<q"}[kind]
    value = int(value) if kind in ("Int", "Long") else value
    return atom("LV2_ATOM__" + kind, struct.pack(form, value))


def object_of(kind, *pairs):
    body = struct.pack("<II", 0, URIS[kind])
    for key, value in pairs:
        body += struct.pack("<II", URIS[key], 0) + value
    return atom("LV2_ATOM__Object", body)


def patch_set(key, value, *more):
    return object_of("LV2_PATCH__Set", *more, ("LV2_PATCH__property", urid(key)),
                     ("LV2_PATCH__value", value))


def midi(*data):
    return atom("LV2_MIDI__MidiEvent", bytes(data))


def place(kind="Double", **numbers):
    return object_of("LV2_TIME__Position",
                     *(("LV2_TIME__" + key, number(value, kind))
                       for key, value in numbers.items()))


def block(n_samples, *events, unit=0):
    body = struct.pack("<II", unit, 0)
    for frame, event in events:
        body += struct.pack("<q", frame) + event
    return struct.pack("<BH", LENGTHS.index(n_samples), len(body)) + body


def atoms(plugin, *blocks, how=0):
    return bytes([plugin, how]) + b"".join(blocks)


def state(plugin, running, *values):
    data = bytes([plugin, running])
    for key, kind, value in values:
        data += struct.pack("<BBH", KEYS.index(key), URIS["LV2_ATOM__" + kind],
                            len(value)) + value
    return data


def phrase(*notes, beats=4, unit=4, length=192):
    data = struct.pack("<BBBBII", 1, beats, unit, 0, length, len(notes))
    for onset, ticks, pitch in notes:
        data += struct.pack("<IIBB", onset, ticks, pitch, 100)
    return data


def atom_seeds():
    model = "RONDO_URI__model"
    get = object_of("LV2_PATCH__Get", ("LV2_PATCH__subject",
                                       urid("RONDO_URI__denoise")),
                    ("LV2_PATCH__sequenceNumber", integer(42)))
    ask = patch_set(model, path(FOLDER + b"200"))
    quiet = block(1024)
    start = place(speed=1, bar=2, barBeat=1.5, beatUnit=4, beatsPerBar=3,
                  beatsPerMinute=140)
    frames = place("Long", speed=1, frame=96000)
    notes = [(i * 60, midi(0x90 if i % 2 == 0 else 0x80, 60 + i // 2, 90))
             for i in range(16)]
    listen = block(1000, *notes)
    midi_file = patch_set("RONDO_URI__midi_file", path(FOLDER + b"205"))
    return {
        "empty": atoms(MONO, block(256)),
        "get": atoms(MONO, block(256, (0, get)), block(64, (0, get))),
        "model": atoms(MONO, block(256, (0, ask)), *[quiet] * 8),
        "models": atoms(STEREO, block(64, (0, ask)), quiet,
                        block(64, (3, patch_set(model, path(FOLDER + b"202")))),
                        *[quiet] * 9,
                        block(64, (0, patch_set(model, path(b"")))), quiet),
        "headless": atoms(MELODY, struct.pack("<BH", 3, 0),
                          struct.pack("<BHI", 3, 4, 0)),
        "missing": atoms(MONO, block(64, (0, patch_set(
            model, path(FOLDER + b"203")))), quiet, block(1, (0, get))),
        "relative": atoms(MONO, block(64, (0, patch_set(model, path(b"x"))))),
        "notes": atoms(MELODY, listen, listen, block(64, (0, start)), quiet),
        "frames": atoms(MELODY, block(64, (0, frames)), listen, quiet, quiet),
        "beats": atoms(MELODY, block(480, (0, place("Float", beat=7.5, speed=1,
                                                    beatsPerMinute=99))),
                       block(480, *notes[:2], unit=URIS["LV2_ATOM__beatTime"]),
                       how=5),
        "answer": atoms(MELODY, block(64, (0, start)), listen, *[quiet] * 4,
                        how=1),
        "harmonize": atoms(MELODY, listen, quiet, listen, quiet, how=3 + 8),
        "midi-file": atoms(MELODY, block(64, (0, midi_file)), quiet,
                           block(64, (0, object_of("LV2_PATCH__Get")))),
    }


def state_seeds():
    version = ("version", "Int", struct.pack("<i", 1))
    tune = phrase((0, 24, 60), (24, 24, 62), (48, 48, 64), (96, 96, 67))
    waltz = phrase((0, 48, 72), (96, 48, 71), beats=3, length=144)
    shift = struct.pack("<q", (5 << 16) | 2)
    return {
        "none": state(MELODY, 0),
        "version": state(MELODY, 1, version),
        "seed": state(MELODY, 0, version, ("seed", "Chunk", tune)),
        "all": state(MELODY, 1, version, ("seed", "Chunk", tune),
                     ("frozen", "Chunk", waltz), ("regenerated", "Long", shift),
                     ("midi_file", "String", FOLDER + b"205\0")),
        "path": state(MONO, 0, ("model", "Path", FOLDER + b"200\0")),
        "running": state(STEREO, 1, ("model", "Path", FOLDER + b"202\0")),
        "missing": state(MONO, 1, ("model", "Path", FOLDER + b"299\0")),
        "name": state(MONO, 0, ("model", "String", b"tiny.safetensors\0")),
        "builtin": state(STEREO, 0, ("model", "Path", b"\0")),
        "no-path": state(MONO, 0, ("model", "Int", b"1234")),
    }


def main(folder):
    for name, seeds in ("atoms", atom_seeds()), ("state", state_seeds()):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        for seed, data in seeds.items():
            with open(os.path.join(folder, name, seed), "wb") as file:
                file.write(data)


main(sys.argv[1])
