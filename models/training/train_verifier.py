#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trains the verifier: is what the finder proposes a face?

  train_verifier.py --data CROPS.npz ... --val CROPS.npz --out OUT [--minutes 20]     writes OUT/face_verifier.pt and .onnx

Input 1x3x64x64 RGB, (value - 127.5) / 127.5: the finder's square times 1.40, level with the eyes. Output 1x1x4x4; their
mean before the sigmoid is the answer. The crops are those of verifier_data.py.
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

from train_points import Ema, conv, photometric, to_input
from verifier_data import CROP, CROP_SIDE

SIDE, NOMINAL = 64, 1.40


class Verifier(nn.Module):
    def __init__(self, c=(16, 32, 48, 48)):
        super().__init__()
        self.a = conv(3, c[0], 3, 2)
        self.b = conv(c[0], c[1], 3, 2)
        self.c = conv(c[1], c[1])
        self.d = conv(c[1], c[2], 3, 2)
        self.e = conv(c[2], c[3], 3, 2)
        self.head = nn.Conv2d(c[3], 1, 1)

    def forward(self, x):
        return self.head(self.e(self.d(self.c(self.b(self.a(x))))))


class Crops(torch.utils.data.IterableDataset):
    """Half of them faces; of each kind the harder ones, by the finder's score, more often."""

    def __init__(self, crops, labels, scores, seed):
        self.crops, self.seed = crops, seed
        weight = np.where(labels == 1, np.clip(1.3 - scores, .3, 1), .5 + scores)
        self.rows = [np.where(labels == k)[0] for k in (0, 1)]
        self.share = [np.cumsum(weight[r]) / weight[r].sum() for r in self.rows]

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        nominal = SIDE * CROP_SIDE / NOMINAL  # a crop's side in pixels of the answer
        while True:
            k = int(rng.integers(2))
            x = self.crops[self.rows[k][int(np.searchsorted(self.share[k], rng.random()).clip(0, len(self.rows[k]) - 1))]]
            scale = nominal / CROP * math.exp(rng.normal(0, .07))
            turn = rng.normal(0, .12)
            c, s = scale * math.cos(turn), scale * math.sin(turn)
            m = np.array([[c, s, 0], [-s, c, 0]])
            m[:, 2] = SIDE / 2 + rng.normal(0, .035 * SIDE, 2) - m[:, :2] @ np.array([CROP / 2, CROP / 2])
            x = cv2.warpAffine(x, m, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            if rng.random() < .5:
                x = x[:, ::-1]
            if rng.random() < .6:
                x = photometric(rng, np.ascontiguousarray(x))
            if rng.random() < .12:  # a bar or a hand over a part
                at, size = rng.uniform(0, SIDE, 2), rng.uniform(.1, .3, 2) * SIDE
                x = np.ascontiguousarray(x)
                cv2.ellipse(x, tuple(int(v) for v in at), tuple(int(v) + 1 for v in size / 2), rng.uniform(0, 180), 0, 360, rng.uniform(0, 255, 3).tolist(), -1)
            yield x[:, :, ::-1].transpose(2, 0, 1).copy(), np.float32(k)


def load(files):
    parts = [np.load(f) for f in files]
    return [np.concatenate([p[k] for p in parts]) for k in ('crops', 'labels', 'scores')]


def centre(crops):
    n = SIDE * CROP_SIDE / NOMINAL / CROP
    m = np.array([[n, 0, SIDE / 2 - n * CROP / 2], [0, n, SIDE / 2 - n * CROP / 2]])
    return np.stack([cv2.warpAffine(x, m, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)[:, :, ::-1].transpose(2, 0, 1) for x in crops])


@torch.no_grad()
def answers(net, crops):
    net.eval()
    x = centre(crops)
    return np.concatenate([net(to_input(torch.from_numpy(x[i:i + 256]))).mean((1, 2, 3)).numpy() for i in range(0, len(x), 256)])


def told(net, crops, labels):
    """Faces kept where 1, 2 and 5 % of what is none pass; the area under that curve."""
    y = answers(net, crops)
    faces, others = np.sort(y[labels == 1]), np.sort(y[labels == 0])
    area = np.searchsorted(others, faces).mean() / len(others)
    kept = [f'{100 * (faces > np.quantile(others, 1 - q)).mean():.1f}' for q in (.01, .02, .05)]
    return f'{len(faces)} faces, {len(others)} others: kept at 1, 2, 5 %: {" ".join(kept)}; area {area:.4f}; at 0: {100 * (faces > 0).mean():.1f} % kept, {100 * (others > 0).mean():.1f} % pass'


def export(net, path):
    net = net.cpu().eval()
    x = torch.rand(1, 3, SIDE, SIDE) * 2 - 1
    torch.onnx.export(net, x, path, opset_version=11, input_names=['square'], output_names=['face'], do_constant_folding=True)
    dn = cv2.dnn.readNetFromONNX(path)
    dn.setInput(x.numpy())
    print(f'{path}: max difference OpenCV/torch {np.abs(dn.forward() - net(x).detach().numpy()).max():.1e}, {os.path.getsize(path)} bytes')


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--data', nargs='+', required=True)
    a.add_argument('--val', nargs='+', required=True)
    a.add_argument('--out', required=True)
    a.add_argument('--init')
    a.add_argument('--minutes', type=float, default=20)
    a.add_argument('--batch', type=int, default=64)
    a.add_argument('--lr', type=float, default=4e-3)
    a.add_argument('--workers', type=int, default=1)
    a.add_argument('--seed', type=int, default=1)
    o = a.parse_args()
    os.makedirs(o.out, exist_ok=True)
    torch.manual_seed(o.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    net, shadow = Verifier(), Verifier()
    if o.init:
        net.load_state_dict(torch.load(o.init, map_location='cpu'))
    print(f'{sum(p.numel() for p in net.parameters()) / 1e3:.0f} k parameters', flush=True)
    data, val = load(o.data), load(o.val)
    net = net.to(memory_format=torch.channels_last)
    ema = Ema(net, .998)
    opt = torch.optim.AdamW(net.parameters(), lr=o.lr, weight_decay=2e-3)
    batches = iter(torch.utils.data.DataLoader(Crops(*data, o.seed), o.batch, num_workers=o.workers, prefetch_factor=4))
    start, last, step, total = time.time(), time.time(), 0, 0.
    while True:
        done = (time.time() - start) / (60 * o.minutes)
        if done >= 1:
            break
        for g in opt.param_groups:
            g['lr'] = o.lr * min(1, (step + 1) / 150) * (.5 + .5 * math.cos(math.pi * done)) + 1e-6
        x, y = next(batches)
        net.train()
        loss = F.binary_cross_entropy_with_logits(net(to_input(x).contiguous(memory_format=torch.channels_last)).mean((1, 2, 3)), y * .96 + .02)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        opt.step()
        ema.update(net)
        step += 1
        total += float(loss)
        if time.time() - last > 120:
            last = time.time()
            shadow.load_state_dict(ema.state)
            print(f'step {step} done {done:.2f} | {told(shadow, *val[:2])}', flush=True)
    torch.save(ema.state, os.path.join(o.out, 'face_verifier.pt'))
    shadow.load_state_dict(ema.state)
    print(f'end: {step} steps, loss {total / step:.3f}; {told(shadow, *val[:2])}', flush=True)
    export(shadow, os.path.join(o.out, 'face_verifier.onnx'))


if __name__ == '__main__':
    main()
