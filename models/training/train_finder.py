#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trains the face finder: one picture -> a map of face centres with size, eyes and mouth.

  train_finder.py --pack PACK --out OUT [--minutes 60]     trains, writes OUT/face_finder.pt and .onnx
  train_finder.py --pack PACK --out OUT --export OUT/face_finder.pt

Input 1x3xHxW RGB, (value - 127.5) / 127.5, sides multiples of 32. Output 1x10x(H/4)x(W/4); per cell:
 0     score before the sigmoid: is this the middle of a face?
 1     log(size / 32 pixels), size = longer side of the box around the 68 points
 2..9  left eye x, y, right eye x, y, mouth x, y, centre x, y: offset from the cell's middle over size
"""
import argparse
import math
import os
import time

import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from finder_data import Scenes
from train_points import Ema, Pack, conv, to_input

STRIDE, CHANNELS, UNIT = 4, 10, 32.0


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a = conv(c, c)
        self.b = nn.Sequential(nn.Conv2d(c, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c))

    def forward(self, x):
        return F.relu(x + self.b(self.a(x)))


class FaceFinder(nn.Module):
    def __init__(self, widths=(12, 16, 32, 48, 64), d=24):
        super().__init__()
        c = widths
        self.stem = conv(3, c[0], 3, 2)
        self.d4 = conv(c[0], c[1], 3, 2)
        self.d8 = nn.Sequential(conv(c[1], c[2], 3, 2), Residual(c[2]))
        self.d16 = nn.Sequential(conv(c[2], c[3], 3, 2), Residual(c[3]), Residual(c[3]))
        self.d32 = nn.Sequential(conv(c[3], c[4], 3, 2), Residual(c[4]), Residual(c[4]))
        self.l32, self.l16, self.l8, self.l4 = conv(c[4], d, 1), conv(c[3], d, 1), conv(c[2], d, 1), conv(c[1], d, 1)
        self.u16, self.u8 = conv(d, d), conv(d, d)
        self.u4 = nn.Sequential(conv(d, d, 3, g=d), conv(d, d, 1))
        self.head = nn.Conv2d(d, CHANNELS, 1)
        nn.init.constant_(self.head.bias, 0)
        with torch.no_grad():
            self.head.bias[0] = -4

    def forward(self, x):
        a = self.d4(self.stem(x))
        b = self.d8(a)
        c = self.d16(b)
        e = self.d32(c)
        up = lambda t: F.interpolate(t, scale_factor=2.0, mode='nearest')
        y = self.u16(up(self.l32(e)) + self.l16(c))
        y = self.u8(up(y) + self.l8(b))
        return self.head(self.u4(up(y) + self.l4(a)))


# ------------------------------------------------------------------ what the network is to answer
def target_maps(faces, n):
    """Per face rows of finder_data -> score map with soft rims, values, their weights, cells to ignore."""
    heat = np.zeros((n, n), np.float32)
    value = np.zeros((CHANNELS - 1, n, n), np.float32)
    weight = np.zeros((n, n), np.float32)
    middle = (np.arange(n, dtype=np.float32) + .5) * STRIDE
    for size, cx, cy, *rest in faces:
        if size < 9:
            continue
        sigma = max(.7 * STRIDE, .07 * size)
        g = np.exp(-.5 * ((middle[None, :] - cx) ** 2 + (middle[:, None] - cy) ** 2) / sigma ** 2)
        x, y = int(cx // STRIDE), int(cy // STRIDE)
        if not (0 <= x < n and 0 <= y < n):
            continue
        g[y, x] = 1
        near = (g > .5) & (g > weight)
        e = np.array(rest, np.float32)
        at = [math.log(size / UNIT), *e[:4], (e[4] + e[6]) / 2, (e[5] + e[7]) / 2, cx, cy]
        for k, v in enumerate(at):
            value[k][near] = v if k == 0 else ((v - (middle[None, :] if k % 2 else middle[:, None])) / size + np.zeros((n, n), np.float32))[near]
        weight[near] = g[near]
        heat = np.maximum(heat, g)
    return heat, value, weight


class Samples(torch.utils.data.IterableDataset):
    def __init__(self, scenes, seed):
        self.scenes, self.seed = scenes, seed

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        n = self.scenes.long
        while True:
            x, faces = self.scenes.scene(rng)
            full = np.full((n, n, 3), 127, np.uint8)
            full[:x.shape[0], :x.shape[1]] = x
            heat, value, weight = target_maps(faces, n // STRIDE)
            small = min([f[0] / x.shape[1] for f in faces], default=1) < .115  # too small to ask for: learn nothing of it
            valid = np.zeros((n // STRIDE, n // STRIDE), np.float32)
            valid[:-(-x.shape[0] // STRIDE), :-(-x.shape[1] // STRIDE)] = 1
            if small:
                for size, cx, cy, *_ in faces:
                    if size / x.shape[1] < .115:
                        r = int(size / STRIDE) + 1
                        cxi, cyi = int(cx // STRIDE), int(cy // STRIDE)
                        valid[max(0, cyi - r):cyi + r + 1, max(0, cxi - r):cxi + r + 1] = 0
            yield full[:, :, ::-1].transpose(2, 0, 1).copy(), heat, value, weight, valid


def loss_of(net, x, heat, value, weight, valid):
    out = net(to_input(x)).float()
    logit = out[:, 0]
    p = torch.sigmoid(logit).clamp(1e-5, 1 - 1e-5)
    right = (heat >= .999).float()
    score = -(right * (1 - p) ** 2 * torch.log(p) + (1 - right) * (1 - heat) ** 4 * p ** 2 * torch.log(1 - p)) * valid
    faces = right.sum().clamp(min=1)
    diff = F.smooth_l1_loss(out[:, 1:], value, reduction='none', beta=.05)
    w = (weight * valid)[:, None]
    scale = torch.tensor([1.] + [2.] * 8, device=x.device)[None, :, None, None]
    place = (diff * w * scale).sum() / w.sum().clamp(min=1)
    return score.sum() / faces, place


# ------------------------------------------------------------------ reading the answer, as stages/finder.c does
def decode(out, width, height, least_score):
    """out: 10 x h x w. Rows (score, size, centre x, y, eyes) in pixels, best first, one per face."""
    out = out[:, :-(-height // STRIDE), :-(-width // STRIDE)]
    score = 1 / (1 + np.exp(-out[0]))
    found = []
    for y, x in zip(*np.where(score >= least_score)):
        y0, x0 = max(0, y - 1), max(0, x - 1)
        if score[y, x] < score[y0:y + 2, x0:x + 2].max():
            continue
        size = UNIT * math.exp(min(3.0, out[1, y, x]))
        point = lambda k: ((x + .5) * STRIDE + out[k, y, x] * size, (y + .5) * STRIDE + out[k + 1, y, x] * size)
        found.append((float(score[y, x]), size, *point(8), *point(2), *point(4)))
    found.sort(reverse=True)
    kept = []
    for f in found:
        if all(math.hypot(f[2] - k[2], f[3] - k[3]) > .5 * max(f[1], k[1]) for k in kept):
            kept.append(f)
    return kept


@torch.no_grad()
def evaluate(net, scenes, count, seed, least_score=.4):
    """Counts right, missed, too many; median place errors, of `count` pictures."""
    net.eval()
    rng = np.random.default_rng(seed)
    right = missed = more = 0
    eye, size_error = [], []
    for _ in range(count):
        x, faces = scenes.scene(rng)
        faces = faces[faces[:, 0] / x.shape[1] >= .14] if len(faces) else faces
        h, w = x.shape[:2]
        full = np.full((-(-h // 32) * 32, -(-w // 32) * 32, 3), 127, np.uint8)
        full[:h, :w] = x
        out = net(to_input(torch.from_numpy(full[:, :, ::-1].transpose(2, 0, 1).copy())[None]))[0].numpy()
        got = [g for g in decode(out, w, h, least_score) if g[1] / w >= .125]
        hit = 0
        for f in faces:
            best = min(got, key=lambda g: math.hypot(g[2] - f[1], g[3] - f[2]), default=None)
            if best and math.hypot(best[2] - f[1], best[3] - f[2]) < .35 * f[0]:
                hit += 1
                ipd = math.hypot(f[5] - f[3], f[6] - f[4])
                eye.append((math.hypot(best[4] - f[3], best[5] - f[4]) + math.hypot(best[6] - f[5], best[7] - f[6])) / 2 / ipd)
                size_error.append(abs(best[1] / f[0] - 1))
        missed += len(faces) - hit
        more += max(0, len(got) - hit)
        right += hit == len(faces) == len(got)
    return f'{right} of {count} right, {missed} missed, {more} too many, eyes {100 * np.median(eye):.1f} %, size {100 * np.median(size_error):.1f} %'


def export(net, path):
    net = net.cpu().eval()
    x = torch.rand(1, 3, 160, 128) * 2 - 1
    torch.onnx.export(net, x, path, opset_version=11, input_names=['picture'], output_names=['faces'], do_constant_folding=True)
    dn = cv2.dnn.readNetFromONNX(path)
    for shape in ((160, 128), (320, 256)):
        x = torch.rand(1, 3, *shape) * 2 - 1
        dn.setInput(x.numpy())
        got, want = dn.forward(), net(x).detach().numpy()
        t = []
        for _ in range(40):
            s = time.perf_counter()
            dn.setInput(x.numpy())
            dn.forward()
            t.append(time.perf_counter() - s)
        print(f'{path} {shape}: max difference OpenCV/torch {np.abs(got - want).max():.1e}, {1000 * np.median(t):.2f} ms, {os.path.getsize(path) / 1e6:.2f} MB')


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--pack', required=True)
    a.add_argument('--table', default='points_public.csv', help='which faces of the pack')
    a.add_argument('--out', required=True)
    a.add_argument('--minutes', type=float, default=60)
    a.add_argument('--batch', type=int, default=48)
    a.add_argument('--lr', type=float, default=3e-3)
    a.add_argument('--threads', type=int, default=1)
    a.add_argument('--workers', type=int, default=1)
    a.add_argument('--seed', type=int, default=1)
    a.add_argument('--export')
    a.add_argument('--init')
    o = a.parse_args()
    os.makedirs(o.out, exist_ok=True)
    torch.manual_seed(o.seed)
    torch.set_num_threads(o.threads)
    cv2.setNumThreads(1)
    net = FaceFinder()
    print(f'{sum(p.numel() for p in net.parameters()) / 1e3:.0f} k parameters', flush=True)
    if o.export or o.init:
        net.load_state_dict(torch.load(o.export or o.init, map_location='cpu'))
    if o.export:
        return export(net, os.path.join(o.out, 'face_finder.onnx'))
    pack = Pack(o.pack, o.table)
    rows = {s: [i for i, v in enumerate(pack.split) if v == s] for s in ('train', 'val')}
    scenes, watch = Scenes(pack, rows['train']), Scenes(pack, rows['val'])
    shadow, ema = FaceFinder(), Ema(net, .9985)
    net = net.to(memory_format=torch.channels_last)
    decay = [p for p in net.parameters() if p.ndim > 1]
    rest = [p for p in net.parameters() if p.ndim <= 1]
    opt = torch.optim.AdamW([dict(params=decay, weight_decay=1e-3), dict(params=rest, weight_decay=0)], lr=o.lr)
    data = iter(torch.utils.data.DataLoader(Samples(scenes, o.seed), o.batch, num_workers=o.workers, prefetch_factor=4))
    start, step, sums, told = time.time(), 0, np.zeros(3), time.time()
    while True:
        done = (time.time() - start) / (60 * o.minutes)
        if done >= 1:
            break
        for g in opt.param_groups:
            g['lr'] = o.lr * min(1, (step + 1) / 200) * (.5 + .5 * math.cos(math.pi * done)) + 1e-6
        x, heat, value, weight, valid = next(data)
        net.train()
        score, place = loss_of(net, x.contiguous(memory_format=torch.channels_last), heat, value, weight, valid)
        opt.zero_grad(set_to_none=True)
        (score + 2 * place).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()
        ema.update(net)
        step += 1
        sums += [float(score), float(place), 1]
        if time.time() - told > 240:
            told = time.time()
            shadow.load_state_dict(ema.state)
            print(f'step {step} done {done:.2f} score {sums[0] / sums[2]:.3f} place {sums[1] / sums[2]:.4f} | {evaluate(shadow, watch, 400, 7)}', flush=True)
            sums[:] = 0
            torch.save(ema.state, os.path.join(o.out, 'face_finder.pt'))
    torch.save(ema.state, os.path.join(o.out, 'face_finder.pt'))
    shadow.load_state_dict(ema.state)
    print(f'end: {step} steps, {evaluate(shadow, watch, 2000, 8)}', flush=True)
    export(shadow, os.path.join(o.out, 'face_finder.onnx'))


if __name__ == '__main__':
    main()
