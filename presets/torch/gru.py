# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""The gradient of a GRU of few units over very many sequences.

That of cuDNN takes most of its time to sum the gradients of the biases.  Here
gates are worked out anew, all at once, from the states that are known; what
has to go backward through time is a kernel of its own.
"""

import torch
import triton
import triton.language as tl


@triton.jit
def backward_kernel(
    dy, z, a, b, c, r, w, dpre, n, T: tl.constexpr, H: tl.constexpr, M: tl.constexpr
):
    """Carry the gradient of the state from the last step to the first.

    All but w (3, H, H) and dpre (n, T, 3 H) are (n, T, H).
    """
    rows = tl.program_id(0) * M + tl.arange(0, M)
    units = tl.arange(0, H)
    square = units[:, None] * H + units[None, :]
    wr = tl.load(w + square)
    wz = tl.load(w + H * H + square)
    wn = tl.load(w + 2 * H * H + square)
    inside = (rows < n)[:, None]
    carry = tl.zeros((M, H), dtype=tl.float32)
    rows = rows.to(tl.int64)
    for i in range(T):
        t = T - 1 - i
        at = (rows[:, None] * T + t) * H + units[None, :]
        zt = tl.load(z + at, mask=inside, other=0.0)
        dh = tl.load(dy + at, mask=inside, other=0.0) + carry
        dn = dh * tl.load(a + at, mask=inside, other=0.0)
        dz = dh * tl.load(b + at, mask=inside, other=0.0)
        dr = dn * tl.load(c + at, mask=inside, other=0.0)
        dm = dn * tl.load(r + at, mask=inside, other=0.0)
        carry = dh * zt
        carry += tl.dot(dr, wr) + tl.dot(dz, wz) + tl.dot(dm, wn)
        to = (rows[:, None] * T + t) * (3 * H) + units[None, :]
        tl.store(dpre + to, dr, mask=inside)
        tl.store(dpre + to + H, dz, mask=inside)
        tl.store(dpre + to + 2 * H, dn, mask=inside)


class Gru(torch.autograd.Function):
    """y (n, T, H) of x (n, T, in), from a state of zeros, as torch.nn.GRU."""

    @staticmethod
    def forward(ctx, x, w_ih, w_hh, b_ih, b_hh):
        h = x.new_zeros(1, x.shape[0], w_hh.shape[1])
        weights = (w_ih, w_hh, b_ih, b_hh)
        y = torch.gru(x, h, weights, True, 1, 0.0, False, False, True)[0]
        ctx.save_for_backward(x, y, *weights)
        return y

    @staticmethod
    def backward(ctx, dy):
        x, y, w_ih, w_hh, b_ih, b_hh = ctx.saved_tensors
        n, T, H = y.shape
        before = torch.cat((torch.zeros_like(y[:, :1]), y[:, :-1]), 1)
        px = torch.addmm(b_ih, x.reshape(n * T, -1), w_ih.t()).view(n, T, 3 * H)
        ph = torch.addmm(b_hh, before.view(n * T, H), w_hh.t()).view(n, T, 3 * H)
        xr, xz, xn = px.chunk(3, 2)
        hr, hz, hn = ph.chunk(3, 2)
        r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
        m = torch.tanh(xn + r * hn)
        a = (1.0 - z) * (1.0 - m * m)
        b = (before - m) * z * (1.0 - z)
        c = (hn * r * (1.0 - r)).contiguous()
        del px, ph, xr, xz, xn, hr, hz, hn
        dpre = torch.empty(n, T, 3 * H, device=x.device)
        M = 16 if n < 4096 else 64
        backward_kernel[(triton.cdiv(n, M),)](
            dy.contiguous(), z, a, b, c, r, w_hh.contiguous(), dpre, n, T, H, M
        )
        d = dpre.view(n * T, 3 * H)
        dx = (d @ w_ih).view(x.shape) if ctx.needs_input_grad[0] else None
        dw_ih, db_ih = d.t() @ x.reshape(n * T, -1), d.sum(0)
        dpre[:, :, 2 * H :] *= r
        dw_hh, db_hh = d.t() @ before.view(n * T, H), d.sum(0)
        return dx, dw_ih, dw_hh, db_ih, db_hh
