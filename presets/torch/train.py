#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Train denoisers of voice on a GPU, with PyTorch.

    train.py RECIPE... --data DIR --output DIR [OPTION]...

Networks of several recipes are trained at a time.  What is mixed and how fast is
learnt stands in the first; it hears what `rondo mix` writes.  Layers of the
others that are the same as one of the first's, but for those named "out" and
"head", are that one.  Recipes are those of `rondo train`, with GRU and linear
layers and a task with "phase".

The loss is that of docs/training.md and what perceptual.py measures, by shares
of the gradient instead of weights: see Loss.gradient().  The rate falls as the
time does that --seconds gives.  The models that are left are averages over steps.
"""

import argparse
import fcntl
import json
import os
import queue
import subprocess
import sys
import threading
import time

import numpy as np
import torch
from torch import nn

import perceptual
from denoiser import Features, Frames, Network

HIGH_HZ = 20000.0


# Items from `rondo mix`


class Mixer(threading.Thread):
    def __init__(self, command, n_floats, n_items):
        super().__init__(daemon=True)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)
        self.n_floats, self.n_items = n_floats, n_items
        self.full, self.empty = queue.Queue(), queue.Queue()
        for _ in range(3):
            batch = torch.empty(n_items, n_floats)
            self.empty.put(batch.pin_memory() if torch.cuda.is_available() else batch)
        try:
            fcntl.fcntl(self.process.stdout, 1031, 1 << 20)  # F_SETPIPE_SZ
        except OSError:
            pass
        self.start()

    def run(self):
        while True:
            batch = self.empty.get()
            room = memoryview(batch.numpy()).cast("B")
            while room:
                n = self.process.stdout.readinto(room)
                if not n:
                    self.full.put(None)
                    return
                room = room[n:]
            self.full.put(batch)


def start_mixers(args, frames, n_frames, batch):
    n_floats = 4 + 2 * (frames.hop * (n_frames - 1) + frames.span)
    folders = args.data.split(",")
    mixers = []
    for i, folder in enumerate(folders):
        share = batch // len(folders)
        command = [args.rondo, "mix", args.recipes[0], "--data", folder]
        command += ["--random-seed", str(args.seed + i)]
        command += ["--threads", str(max(1, args.threads // len(folders)))]
        mixers.append(Mixer(command, n_floats, share))
    return mixers


def next_items(mixers, device):
    parts = []
    for mixer in mixers:
        batch = mixer.full.get()
        if batch is None:
            sys.exit("rondo mix has ended")
        parts.append(batch.to(device, non_blocking=True))
        if device.type == "cuda":
            torch.cuda.current_stream().synchronize()
        mixer.empty.put(batch if device.type == "cuda" else batch.clone())
    return torch.cat(parts)


# The loss


class Loss:
    def __init__(self, settings, frames, features, args, device):
        self.s, self.frames, self.features = settings, frames, features
        self.n_bins = 1 + int(HIGH_HZ / frames.bin_hz + 1e-6)
        self.hz = torch.arange(self.n_bins, device=device) * frames.bin_hz
        self.quality = perceptual.Quality(frames.rate, device)
        self.intelligibility = perceptual.Intelligibility(frames.rate, device)
        self.args = args
        self.sizes = None

    def prepare(self, items):
        """Return what does not depend on a network."""
        frames, n = self.frames, (items.shape[1] - 4) // 2
        speech, snr, level, bandwidth = items[:, :4].unbind(1)
        clean, noisy = items[:, 4 : 4 + n], items[:, 4 + n :]
        scale = 1.0 / level.clamp(min=1e-5)
        p = argparse.Namespace()
        p.noisy = frames.analyse(noisy)
        p.inputs = self.features.compute(p.noisy)
        p.noisy = p.noisy * scale[:, None, None]
        p.clean = frames.analyse(clean) * scale[:, None, None]
        y, s = p.noisy[..., : self.n_bins], p.clean[..., : self.n_bins]
        p.y2 = y.real.square() + y.imag.square()
        p.s2 = s.real.square() + s.imag.square()
        p.cross = y.real * s.real + y.imag * s.imag
        used = self.hz <= bandwidth[:, None]
        weights = used / (1.0 + 0.00437 * self.hz)
        p.mask = used.float()[:, None]
        p.weights = (weights / weights.sum(1, keepdim=True))[:, None]
        p.speech = speech
        p.voice = self.find_voice((p.s2 * p.mask).sum(2), speech)
        p.heard = speech * (snr < 60.0) * (bandwidth > 7000.0)
        p.target = frames.synthesise(p.clean)
        p.quality = self.quality.prepare(p.target)
        p.intelligibility = self.intelligibility.prepare(p.target)
        return p

    @staticmethod
    def find_voice(energy, speech):
        mean = energy.mean(1, keepdim=True)
        active = energy > 0.01 * mean
        count = active.sum(1, keepdim=True).clamp(min=1)
        level = (energy * active).sum(1, keepdim=True) / count
        db = 10.0 * torch.log10((energy + 1e-9 * level + 1e-30) / (level + 1e-30))
        return ((db + 40.0) / 12.0).clamp(0.0, 1.0) * speech[:, None]

    def score(self, output, p):
        s = self.s
        gains = output[..., : self.features.n_gains] @ self.features.spread
        g = gains[..., : self.n_bins] + 1e-6
        c = s["exponent"]
        y2, s2 = p.y2 + 1e-12, p.s2 + 1e-12
        u, v = (g * g * y2) ** (0.5 * c), s2 ** (0.5 * c)
        cosine = (p.cross + 1e-12) * torch.rsqrt(y2 * s2)
        worse = torch.where(u < v, s["over_suppression"], 1.0)
        error = s["complex_weight"] * (u * u + v * v - 2.0 * u * v * cosine)
        error = error + s["magnitude_weight"] * worse * (u - v).square()
        compressed = (error * p.weights).sum(2).mean(1)

        g = gains[..., : self.n_bins] * p.mask
        clean = (p.s2 * p.mask).sum((1, 2))
        off = (g * g * p.y2 - 2.0 * g * p.cross).sum((1, 2)) + clean
        floor = 1e-3 * clean + 1e-20
        distortion = 10.0 * torch.log10(((off + floor) / floor).clamp(min=1.0))
        distortion = distortion * p.speech

        voice = output[..., self.features.n_gains]
        voice = -(
            p.voice * torch.log(voice + 1e-6)
            + (1.0 - p.voice) * torch.log(1.0 - voice + 1e-6)
        ).mean(1)

        wave = self.frames.synthesise(p.noisy * gains)
        quality = self.quality.loss(p.quality, wave) * p.heard
        understood = self.intelligibility.loss(p.intelligibility, wave) * p.heard
        return torch.stack((compressed, distortion, voice, quality, understood), 1)

    def gradient(self, output, p):
        """Return the gradient of `output` and the mean of each term.

        Each of the three measures is scaled to its share of the first one's
        norm, after items of far more than the median have been brought down.
        """
        output = output.detach().requires_grad_()
        terms = self.score(output, p)
        s = self.s
        base = terms[:, 0] + s["distortion_weight"] * terms[:, 1]
        base = base + s["voice_weight"] * terms[:, 2]
        parts, sizes = [], []
        for i, measure in enumerate((base, terms[:, 3], terms[:, 4])):
            g = torch.autograd.grad(measure.mean(), output, retain_graph=i < 2)[0]
            norms = g.flatten(1).norm(dim=1)
            typical = norms[norms > 0].quantile(0.5)
            g = (
                g
                * (2.0 * typical / norms.clamp(min=1e-30)).clamp(max=1.0)[:, None, None]
            )
            parts.append(g)
            sizes.append(g.norm())
        sizes = torch.stack(sizes)
        self.sizes = (
            sizes if self.sizes is None else torch.lerp(self.sizes, sizes, 0.02)
        )
        shares = self.sizes.new_tensor(
            (1.0, self.args.quality_share, self.args.intelligibility_share)
        )
        scale = shares * self.sizes[0] / self.sizes.clamp(min=1e-30)
        total = sum(scale[i] * g for i, g in enumerate(parts))
        return total, terms.detach().mean(0)


def learning_rate(args, training, step, done):
    """A rise over the warm-up, then half a cosine to the end of the time."""
    high, low = training["learning_rate"], training["final_learning_rate"]
    rise = min(1.0, (step + 1) / training["warm_up"])
    return rise * (low + (high - low) * 0.5 * (1.0 + np.cos(np.pi * min(1.0, done))))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipes", nargs="+")
    parser.add_argument("--rondo", default="rondo")
    parser.add_argument("--data", required=True, help="folder, or several, with commas")
    parser.add_argument("--output", required=True)
    parser.add_argument("--start", help="a model for each recipe, with commas")
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--steps", type=int, default=10**9, help="at most")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quality-share", type=float, default=1.0)
    parser.add_argument("--intelligibility-share", type=float, default=0.6)
    parser.add_argument("--every", type=int, default=50)
    args = parser.parse_args()

    started = time.time()
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = True
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    recipes = [json.load(open(r)) for r in args.recipes]
    recipe, training = recipes[0], recipes[0]["training"]
    task = recipe["model"]["task"]
    batch = args.batch or training["batch"]
    rate = training["sample_rate"]
    frames = Frames(rate, task["frame_seconds"], task.get("spanned_frames", 1), device)
    n_frames = int(training["item_seconds"] * rate / frames.hop)
    mixers = start_mixers(args, frames, n_frames, batch)
    features = Features(task, frames, device)
    losses = [Loss(r["loss"], frames, features, args, device) for r in recipes]

    networks = []
    for r in recipes:
        network = Network(r["model"], networks[0] if networks else None).to(device)
        networks.append(network)
    for network, path in reversed(list(zip(networks, (args.start or "").split(",")))):
        if path:
            network.start_from(path)
    parameters = nn.ModuleList(networks)
    optimizer = torch.optim.AdamW(
        parameters.parameters(),
        lr=1e-3,
        weight_decay=training.get("weight_decay", 0.0),
        fused=device.type == "cuda",
    )
    average = {k: v.clone() for k, v in parameters.state_dict().items()}
    sums, count = 0.0, 0
    os.makedirs(args.output, exist_ok=True)

    def save(tag):
        for i, (network, r) in enumerate(zip(networks, recipes)):
            state = {
                k.split(".", 1)[1]: v
                for k, v in average.items()
                if k.startswith(f"{i}.")
            }
            name = r["card"]["name"]
            card = dict(r["card"], recipe=f"{name}.json", step=step)
            card["hours_heard"] = round(
                step * batch * training["item_seconds"] / 3600, 1
            )
            network.save(state, f"{args.output}/{name}{tag}.safetensors", card)

    first, step, saved = None, 0, 0
    while step < args.steps:
        items = next_items(mixers, device)
        first = first or time.time()
        done = (time.time() - first) / max(1.0, args.seconds - (first - started))
        done = max(done, step / args.steps)
        if done >= 1.0:
            break
        rate_now = learning_rate(args, training, step, done)
        for group in optimizer.param_groups:
            group["lr"] = rate_now
        with torch.no_grad():
            prepared = losses[0].prepare(items)
        first_values, outputs, gradients, terms = None, [], [], []
        for network, loss in zip(networks, losses):
            values = network(prepared.inputs, first_values)
            first_values = first_values or values
            outputs.append(values[network.last])
            gradient, parts = loss.gradient(outputs[-1], prepared)
            gradients.append(gradient)
            terms.append(parts)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(outputs, gradients)
        norm = nn.utils.clip_grad_norm_(parameters.parameters(), training["clip"])
        optimizer.step()
        step += 1
        decay = min(training["averaging"], (1.0 + step) / (10.0 + step))
        with torch.no_grad():
            state = parameters.state_dict()
            keys = list(average)
            torch._foreach_lerp_(
                [average[k] for k in keys], [state[k] for k in keys], 1.0 - decay
            )
        sums, count = (
            sums + torch.cat((torch.stack(terms).flatten(), norm[None])),
            count + 1,
        )
        if step % args.every == 0 or step == 1:
            numbers = " ".join(f"{x:.4f}" for x in (sums / count).tolist())
            waiting = [m.full.qsize() for m in mixers]
            print(
                f"{time.time() - started:.1f} s, step {step}, rate {rate_now:.2e}: "
                f"{numbers} {waiting}",
                flush=True,
            )
            sums, count = 0.0, 0
        if int(done * 4.0) > saved and done < 1.0:
            saved = int(done * 4.0)
            save("-part")
    save("")
    peak = torch.cuda.max_memory_allocated() / 1e9 if device.type == "cuda" else 0.0
    print(f"{time.time() - started:.1f} s, {step} steps of {batch}, {peak:.1f} GB")
    for mixer in mixers:
        mixer.process.kill()


if __name__ == "__main__":
    main()
