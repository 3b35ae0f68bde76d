# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Two measures of what is heard, through which gradients flow.

Quality follows the perceptual model of ITU-T P.862.2 (wide-band PESQ): signals
are not aligned in time, and filters are applied to spectra.  Intelligibility is
STOI (Taal et al. 2011), on spectra of the signal's own sample rate.
"""

import numpy as np
import torch

# Constants of P.862, wide band: bins, middle and width (Bark) of each band, the
# correction of its power and the power that is just heard
# fmt: off
BINS = [
    1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3,
    3, 3, 4, 3, 4, 5, 4, 5, 6, 6, 7, 8, 9, 9, 12, 12, 15, 16, 18, 21, 25, 20,
]
CENTRE = [
    0.078672, 0.316341, 0.636559, 0.961246, 1.29045, 1.624217, 1.962597, 2.305636,
    2.653383, 3.005889, 3.363201, 3.725371, 4.092449, 4.464486, 4.841533, 5.223642,
    5.610866, 6.003256, 6.400869, 6.803755, 7.211971, 7.625571, 8.044611, 8.469146,
    8.899232, 9.334927, 9.776288, 10.223374, 10.676242, 11.134952, 11.599563,
    12.070135, 12.546731, 13.029408, 13.518232, 14.013264, 14.514566, 15.022202,
    15.536238, 16.056736, 16.583761, 17.117382, 17.657663, 18.204674, 18.758478,
    19.319147, 19.886751, 20.461355, 21.043034,
]
WIDTH = [
    0.157344, 0.317994, 0.322441, 0.326934, 0.331474, 0.336061, 0.340697, 0.345381,
    0.350114, 0.354897, 0.359729, 0.364611, 0.369544, 0.374529, 0.379565, 0.384653,
    0.389794, 0.394989, 0.400236, 0.405538, 0.410894, 0.416306, 0.421773, 0.427297,
    0.432877, 0.438514, 0.444209, 0.449962, 0.455774, 0.461645, 0.467577, 0.473569,
    0.479621, 0.485736, 0.491912, 0.498151, 0.504454, 0.510819, 0.51725, 0.523745,
    0.530308, 0.536934, 0.543629, 0.55039, 0.55722, 0.564119, 0.571085, 0.578125,
    0.585232,
]
CORRECTION = [
    100, 99.999992, 100, 100.000008, 100.000008, 100.000015, 99.999992, 99.999969,
    50.000027, 100, 99.999969, 100.000015, 99.999947, 100.000061, 53.047077,
    110.000046, 117.991989, 65, 68.760147, 69.999931, 71.428818, 75.000038,
    76.843384, 80.968781, 88.646126, 63.864388, 68.15535, 72.547775, 75.584831,
    58.379192, 80.950836, 64.135651, 54.384785, 73.821884, 64.437073, 59.176456,
    65.521278, 61.399822, 58.144047, 57.004543, 64.126297, 54.311001, 61.114979,
    55.077751, 56.849335, 55.628868, 53.137054, 54.985844, 79.546974,
]
THRESHOLD = [
    51286152, 2454709.5, 70794.5938, 4897.78857, 1174.89771, 389.045166, 104.71286,
    45.70882, 17.782795, 9.772372, 4.897789, 3.090296, 1.905461, 1.258925, 0.977237,
    0.724436, 0.562341, 0.457088, 0.389045, 0.331131, 0.295121, 0.269153, 0.25704,
    0.251189, 0.251189, 0.251189, 0.251189, 0.263027, 0.288403, 0.30903, 0.338844,
    0.371535, 0.398107, 0.436516, 0.467735, 0.489779, 0.501187, 0.501187, 0.512861,
    0.524807, 0.524807, 0.524807, 0.512861, 0.47863, 0.42658, 0.371535, 0.363078,
    0.416869, 0.537032,
]
# fmt: on


def spectra(x, window, hop, size):
    frames = x.unfold(-1, len(window), hop) * window
    s = torch.fft.rfft(frames, size)
    return s.real.square() + s.imag.square()


class Quality:
    def __init__(self, rate, device):
        f32 = lambda x: torch.tensor(np.asarray(x), dtype=torch.float32, device=device)
        self.n, self.hop = int(0.032 * rate), int(0.016 * rate)
        self.window = torch.hann_window(self.n, device=device)
        hz = np.arange(256) * rate / self.n
        # The level is that of 325 to 3250 Hz; a high-pass filter comes first
        self.band = f32((hz >= 325) & (hz <= 3250))
        z = np.exp(-2j * np.pi * hz / 16000.0)
        high = 2.740826 - 5.4816519 * z + 2.740826 * z * z
        high = high / (1.0 - 1.9444777 * z + 0.94597794 * z * z)
        fbank, at = np.zeros((256, 49)), 0
        for i, n in enumerate(BINS):
            fbank[at : at + n, i] = 1.0
            at += n
        fbank *= np.asarray(CORRECTION) * 6.910853e-6
        fbank *= (np.abs(high) ** 2)[:, None]
        fbank[0] = 0.0
        self.fbank = f32(fbank)
        self.width = f32(WIDTH)
        self.total = float(np.sum(WIDTH[1:]))
        self.threshold = f32(THRESHOLD)
        power = np.clip(6.0 / (np.asarray(CENTRE) + 2.0), 1.0, 2.0)
        self.power = f32(power**0.15 * 0.23)

    def bands(self, x):
        s = spectra(x, self.window, self.hop, self.n)[..., :256]
        # Mean square in the band: sum of |X|^2 * 2 / (n sum w^2)
        factor = 2.0 / (self.n * self.window.square().sum())
        mean = (s * self.band).sum(2).mean(1) * factor
        # |X|^2 of a 16 kHz spectrum is (512 / n)^2 times that of this one
        gain = 1e7 / (mean + 1e-12) * (512.0 / self.n) ** 2
        return (s * gain[:, None, None]) @ self.fbank

    def audible(self, x, factor):
        return (x * (x > self.threshold * factor)).sum(2)

    def loudness(self, x):
        t = self.threshold
        base = (0.5 + 0.5 * x / t).clamp(min=1.0)
        return (2.0 * t) ** self.power * (base**self.power - 1.0) * 1.866055e-1

    def prepare(self, target):
        ref = self.bands(target)
        silent = self.audible(ref, 100.0) < 1e7
        return ref, silent

    def average(self, x, silent):
        mask = (x > self.threshold * 100.0) & ~silent[..., None]
        return (x * mask).mean(1)

    def norm(self, x, p):
        x = (self.width * x)[..., 1:] / self.total ** (1.0 / p)
        if p == 1:
            return self.total * x.abs().sum(2)
        return self.total * (x.square().sum(2) + 1e-12).sqrt()

    @staticmethod
    def gather(x):
        # The 6-norm over 20 frames, then the 2-norm over all
        parts = ((x + 1e-6) ** 6).unfold(1, 20, 10).mean(2) ** (1.0 / 6.0)
        return (parts.square().mean(1) + 1e-12).sqrt()

    def disturbances(self, prepared, wave):
        ref, silent = prepared
        deg = self.bands(wave)
        ratio = (self.average(deg, silent) + 1e3) / (self.average(ref, silent) + 1e3)
        ref = ref * ratio.clamp(0.01, 100.0)[:, None]
        gain = (self.audible(ref, 1.0) + 5e3) / (self.audible(deg, 1.0) + 5e3)
        gain = torch.cat((gain[:, :1], 0.8 * gain[:, 1:] + 0.2 * gain[:, :-1]), 1)
        deg = deg * gain.clamp(3e-4, 5.0)[..., None]
        a, b = self.loudness(deg), self.loudness(ref)
        off = a - b
        off = off.sign() * (off.abs() - 0.25 * torch.minimum(a, b)).clamp(min=0.0)
        even = self.norm(off, 2)
        factor = ((deg + 50.0) / (ref + 50.0)) ** 1.2
        factor = torch.where(factor < 3.0, 0.0, factor.clamp(max=12.0))
        added = self.norm(off * factor, 1)
        h = ((self.audible(ref, 1.0) + 1e5) / 1e7) ** 0.04
        even, added = (even / h).clamp(max=45.0), (added / h).clamp(max=45.0)
        return self.gather(even), self.gather(added)

    def loss(self, prepared, wave):
        even, added = self.disturbances(prepared, wave)
        return 0.1 * even + 0.0309 * added

    def mos(self, prepared, wave):
        raw = 4.5 - self.loss(prepared, wave)
        return 0.999 + 4.0 / (1.0 + torch.exp(-1.3669 * raw + 3.8224))


class Intelligibility:
    def __init__(self, rate, device):
        self.n, self.hop = int(0.0256 * rate), int(0.0128 * rate)
        self.size = 1 << (self.n - 1).bit_length()
        self.window = torch.hann_window(self.n, device=device)
        hz = np.arange(self.size // 2 + 1) * rate / self.size
        centres = 150.0 * 2.0 ** (np.arange(15) / 3.0)
        bands = (hz[:, None] >= centres * 2.0 ** (-1 / 6)) & (
            hz[:, None] < centres * 2.0 ** (1 / 6)
        )
        self.top = int(np.flatnonzero(bands.any(1))[-1]) + 1
        self.bands = torch.tensor(bands[: self.top], dtype=torch.float32, device=device)

    def envelopes(self, x):
        s = spectra(x, self.window, self.hop, self.size)[..., : self.top]
        return (s @ self.bands + 1e-12).sqrt(), s.sum(2)

    def prepare(self, target):
        x, energy = self.envelopes(target)
        loud = energy > 1e-4 * energy.amax(1, keepdim=True)
        order = torch.argsort((~loud).int(), dim=1, stable=True)
        count = loud.sum(1)
        segments = torch.arange(x.shape[1] - 29, device=x.device)
        mask = (segments + 30 <= count[:, None]).float()
        return self.segments(x, order), order, mask

    def segments(self, x, order):
        x = torch.gather(x, 1, order[..., None].expand_as(x))
        return x.unfold(1, 30, 1)  # (items, segments, bands, 30)

    def loss(self, prepared, wave):
        x, order, mask = prepared
        y = self.segments(self.envelopes(wave)[0], order)
        scale = (x.square().sum(3, True) / (y.square().sum(3, True) + 1e-12)).sqrt()
        y = torch.minimum(y * scale, x * (1.0 + 10.0 ** (15.0 / 20.0)))
        x = x - x.mean(3, True)
        y = y - y.mean(3, True)
        d = (x * y).sum(3) * torch.rsqrt(x.square().sum(3) * y.square().sum(3) + 1e-12)
        d = d.mean(2)
        return (
            1.0
            - (d * mask).sum(1) / mask.sum(1).clamp(min=1.0)
            - (mask.sum(1) < 1.0).float()
        )
