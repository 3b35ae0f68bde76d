#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Score the same clips at 44.1, 48 and 96 kHz, in mono and as one channel of a
stereo pair, as files and in blocks of 32 and of 4096 samples.

Usage: same_scores.py RONDO BUNDLE MIX [--jobs N] [--clips N]

RONDO is the tool, BUNDLE the folder rondo.lv2 and MIX one with clean/NAME.wav
and noisy/NAME.wav at 48 kHz.  A noisy clip is resampled to the rate of a
condition (a Kaiser window over 64 zero crossings), denoised by the tool or by
the plugin in FFmpeg's lv2 filter, and scored at 16 kHz: PESQ-WB by the Python
package pesq, STOI and SI-SDR by `rondo eval denoise`.  The other channel of a
pair is the clip 6 dB softer.  The latency of the plugin is found by a run with
Enabled off, and dropped.

Exit status: 1 if a mean of PESQ-WB is over 0.02 away from that at 48 kHz, mono.
"""

import argparse
import json
import math
import multiprocessing
import os
import subprocess
import sys
import tempfile

import numpy as np
import pesq
import scipy.signal
import soundfile

RATE, SCORE_RATE = 48000, 16000  # Of the clips and of the scores, Hz
LIMIT = 0.02
PLUGINS = {1: "urn:rondo:denoise", 2: "urn:rondo:denoise-stereo"}

# The first is what the others are compared with; no block is the tool
CONDITIONS = [(rate, channels, block) for block in (None, 32, 4096)
              for channels in (1, 2) for rate in (48000, 44100, 96000)]


def resample(x, source, target):
    if source == target:
        return x
    divisor = math.gcd(source, target)
    up, down = target // divisor, source // divisor
    taps = scipy.signal.firwin(128 * max(up, down) + 1, 0.975 / max(up, down),
                               window=("kaiser", 8.0))
    return scipy.signal.resample_poly(x, up, down, window=taps)


def run(command, bundle):
    environment = dict(os.environ, LV2_PATH=os.path.dirname(bundle))
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE,
                          check=False, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")


def run_plugin(options, source, target, channels, block, controls):
    uri = PLUGINS[channels].replace(":", r"\\:")
    run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, "-af",
         f"asetnsamples=n={block}:p=0,lv2=p={uri}:c={controls}",
         "-c:a", "pcm_f32le", target], options.bundle)


def find_latency(options, folder, rate, channels):
    source, target = (os.path.join(folder, x) for x in ("in.wav", "out.wav"))
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, rate // 2)
    soundfile.write(source, np.stack([noise] * channels, 1), rate, "FLOAT")
    run_plugin(options, source, target, channels, 1024, "enabled=0")
    late = soundfile.read(target, always_2d=True)[0][:, 0]
    match = scipy.signal.correlate(late, noise, "full")[len(noise) - 1:]
    return int(np.argmax(match))


def denoise(options, folder, noisy, condition, latency):
    """Return the first channel of the denoised clip."""
    rate, channels, block = condition
    source, target = (os.path.join(folder, x) for x in ("in.wav", "out.wav"))
    n = len(noisy)
    if block:
        noisy = np.concatenate([noisy, np.zeros(latency)])
    pair = [noisy, 0.5 * noisy][:channels]
    soundfile.write(source, np.stack(pair, 1), rate, "FLOAT")
    if block:
        run_plugin(options, source, target, channels, block, "enabled=1")
    else:
        run([options.rondo, "denoise", "--quiet", "--overwrite", "--model",
             os.path.join(options.bundle, "voice.safetensors"), "--output",
             target, source], options.bundle)
        latency = 0
    return soundfile.read(target, always_2d=True)[0][latency:latency + n, 0]


def write_wave(path, x):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    soundfile.write(path, x, SCORE_RATE, "FLOAT")


def score_clip(job):
    """Denoise a clip under all conditions, return the PESQ-WB of each."""
    options, folder, latencies, name = job
    clean, rate = soundfile.read(os.path.join(options.mix, "clean", name))
    noisy, other = soundfile.read(os.path.join(options.mix, "noisy", name))
    if rate != RATE or other != RATE:
        raise RuntimeError(f"{name}: the sample rate is not {RATE} Hz")
    clean = resample(clean, RATE, SCORE_RATE)
    write_wave(os.path.join(folder, "clean", name), clean)
    scores, known = [], {}
    with tempfile.TemporaryDirectory() as work:
        for i, condition in enumerate(CONDITIONS):
            rate, channels, _ = condition
            voice = denoise(options, work, resample(noisy, RATE, rate),
                            condition, latencies[rate, channels])
            voice = resample(voice, rate, SCORE_RATE)[:len(clean)]
            write_wave(os.path.join(folder, str(i), name), voice)
            bits = voice.tobytes()
            if bits not in known:
                known[bits] = pesq.pesq(SCORE_RATE, clean, voice, "wb")
            scores.append(known[bits])
    return scores


def evaluate(options, folder, index):
    """Return the means of STOI and SI-SDR of a condition."""
    done = subprocess.run(
        [options.rondo, "eval", "denoise", "--json", "--jobs",
         str(options.jobs), os.path.join(folder, "clean"),
         os.path.join(folder, str(index))], stdout=subprocess.PIPE, check=True)
    means = json.loads(done.stdout)["all"]["processed"]
    return means["stoi"], means["si_sdr"]


def label(condition):
    rate, channels, block = condition
    return "| {:g} kHz | {} | {} |".format(
        rate / 1000, "mono" if channels == 1 else "stereo",
        f"plugin, {block}" if block else "file")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("rondo")
    parser.add_argument("bundle")
    parser.add_argument("mix")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--clips", type=int, help="take the first N only")
    options = parser.parse_args()
    options.bundle = os.path.abspath(options.bundle)
    names = sorted(x for x in os.listdir(os.path.join(options.mix, "clean"))
                   if x.endswith(".wav"))[:options.clips]

    with tempfile.TemporaryDirectory() as folder:
        latencies = {(rate, channels): find_latency(
            options, folder, rate, channels)
            for rate, channels, block in CONDITIONS if not block}
        with multiprocessing.Pool(options.jobs) as pool:
            pesqs = np.array(pool.map(score_clip, [
                (options, folder, latencies, name) for name in names], 1))
        rows = [(pesqs[:, i].mean(), *evaluate(options, folder, i))
                for i in range(len(CONDITIONS))]

    largest = 0.0
    print("| rate | channels | blocks | PESQ-WB | STOI | SI-SDR, dB "
          "| PESQ-WB, difference | of a clip, at most | STOI | SI-SDR |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for i, (condition, row) in enumerate(zip(CONDITIONS, rows)):
        difference = np.subtract(row, rows[0])
        largest = max(largest, abs(difference[0]))
        print(label(condition),
              "{:.3f} | {:.4f} | {:.2f} |".format(*row),
              "{:+.4f} | {:.3f} | {:+.4f} | {:+.3f} |".format(
                  difference[0], np.abs(pesqs[:, i] - pesqs[:, 0]).max(),
                  *difference[1:]))
    print(f"\n{len(names)} clips; latencies " + ", ".join(
        f"{latency} at {rate / 1000:g} kHz"
        for (rate, channels), latency in latencies.items() if channels == 1) +
        f"; PESQ-WB differs by {largest:.4f} at most, {LIMIT} is allowed")
    return 1 if largest > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
