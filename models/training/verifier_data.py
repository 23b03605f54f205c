#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Crops to train and test the verifier: what the finder proposes on made scenes, and whether it is a face.

  verifier_data.py --pack PACK --onnx face_finder.onnx --out FILE.npz [--table points_public.csv --split train] [--minutes 15] [--seed 1]

Scenes are those of finder_data.py, twice as large, and more of what the finder errs on: heads turned by up to 55
degrees (the face bent round a cylinder), hard shadow over half a face, coloured light, pieces of pictures beside faces.
A crop is the finder's square times 1.75, level with its eyes, 80 pixels; train_verifier.py cuts its 64 out of that.
"""
import argparse
import math
import time

import cv2
import numpy as np

import finder_data as data
from finder_data import Scenes, apply, face_box
from train_finder import decode
from train_points import Pack, crop_matrix, photometric

LONG, CROP, CROP_SIDE, LEAST = 320, 80, 1.75, .15


def turn_head(rng, image, p, degrees):
    """The face bent round an upright cylinder, and a bump for the nose; seen from `degrees` aside."""
    low, high = p[data.CONTOUR].min(0), p[data.CONTOUR].max(0)
    width, middle = float(high[0] - low[0]), float(low[0] + high[0]) / 2
    radius, theta = width * rng.uniform(.54, .62), math.radians(degrees)
    nose, most = p[data.NOSE], math.radians(80)
    depth = lambda x, y: .2 * width * np.exp(-((x - nose[0] + middle) / (.11 * width)) ** 2 - ((y - nose[1]) / (.16 * width)) ** 2)
    h, w = image.shape[:2]
    x = np.arange(w, dtype=np.float32)[None, :] - middle + np.zeros((h, 1), np.float32)
    y = np.arange(h, dtype=np.float32)[:, None] + np.zeros((1, w), np.float32)
    angle = np.clip(np.arcsin(np.clip(x / radius, -1, 1)) - theta, -most, most)
    delta = radius * np.sin(angle) - np.clip(x, -radius, radius)
    fade = np.clip((1.6 - np.abs(x) / radius) / .6, 0, 1) * np.clip((high[1] + .35 * width - y) / (.35 * width), 0, 1)
    at = x + delta * fade
    for _ in range(2):
        at = x + delta * fade - depth(at, y) * math.sin(theta) * (fade > 0)
    out = cv2.remap(image, (at + middle).astype(np.float32), y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    q = p.copy()
    a = np.clip(np.arcsin(np.clip((p[:, 0] - middle) / radius, -1, 1)) + theta, -math.pi / 2, math.pi / 2)
    q[:, 0] = middle + radius * np.sin(a) + depth(p[:, 0] - middle, p[:, 1]) * math.sin(theta)
    return out, q.astype(np.float32)


def hard_shadow(rng, image, p):
    """Sun or lamp from one side: a soft edge down the face, dark beyond it."""
    h, w = image.shape[:2]
    centre, size = face_box(p)
    turn = rng.uniform(-.6, .6) + (math.pi if rng.random() < .5 else 0)
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    d = ((xx - centre[0]) * math.cos(turn) + (yy - centre[1]) * math.sin(turn)) / size + rng.uniform(-.25, .25)
    d += .05 * np.sin(yy / size * rng.uniform(3, 12) + rng.uniform(0, 6))
    share = .5 + .5 * np.tanh(d / rng.uniform(.02, .24))
    dark = rng.uniform(.05, .5)
    image[:] = np.clip(image * (dark + (1 - dark) * share)[..., None], 0, 255)


def coloured_light(rng, x):
    """One lamp's colour over what is left of the picture's own."""
    grey = x.astype(np.float32).mean(2, keepdims=True)
    lamp = [np.array(c, np.float32) for c in ([.1, .1, 1.2], [1.2, .3, .1], [.1, 1.1, .2], [1.1, .1, 1.1], [.1, .7, 1.2])][int(rng.integers(5))]
    keep = rng.uniform(0, .6)
    return np.clip(keep * x + (1 - keep) * grey * lamp * rng.uniform(.5, 1.3), 0, 255).astype(np.uint8)


class HardScenes(Scenes):
    """Scenes with more of what the finder errs on."""

    def __init__(self, pack, rows):
        super().__init__(pack, rows, LONG)
        self.turned = True

    def image(self, rng, worn=True):
        image, p = super().image(rng, worn)
        if worn and self.turned and rng.random() < .45:
            image, p = turn_head(rng, image, p, rng.uniform(12, 55) * (1 if rng.random() < .5 else -1))
        if worn and rng.random() < .15:
            hard_shadow(rng, image, p)
        return image, p

    def nobody(self, rng):
        h, w = self.shape(rng)
        kind = rng.random()
        if kind < .4:
            x = self.headless(rng, h, w)
        elif kind < .75:
            x = self.away_from_faces(rng, h, w)
        else:
            x = self.backdrop(rng, h, w)
        x = np.ascontiguousarray(np.clip(x, 0, 255).astype(np.float32))
        for _ in range(int(rng.integers(0, 4))):  # more pieces, side by side and over one another
            ph, pw = int(h * rng.uniform(.2, .6)), int(w * rng.uniform(.2, .6))
            at = int(rng.integers(0, h - ph + 1)), int(rng.integers(0, w - pw + 1))
            x[at[0]:at[0] + ph, at[1]:at[1] + pw] = self.away_from_faces(rng, ph, pw)
        if rng.random() < .3:
            x = data.blobs(rng, x)
        return photometric(rng, np.clip(x, 0, 255).astype(np.uint8)), np.zeros((0, 11), np.float32)

    def any(self, rng):
        x, faces = self.nobody(rng) if rng.random() < .5 else self.scene(rng)
        if rng.random() < .06:
            x = coloured_light(rng, x)
        return x, faces


def brighten(x):
    """shrink_brighten: what is hardly lit is brought to light."""
    if (x >= 110).mean() * 50 >= 1:
        return x
    level = max(1, np.percentile(x, 98))
    return np.clip(x.astype(np.float32) * min(8, 190 / level), 0, 255).astype(np.uint8)


def search(net, x, side):
    """What the finder sees in x with its longest side `side`, as stages/faces.c asks it."""
    h, w = x.shape[:2]
    k = side / max(h, w)
    small = brighten(cv2.resize(x, (max(1, round(w * k)), max(1, round(h * k))), interpolation=cv2.INTER_AREA) if k < 1 else x)
    sh, sw = small.shape[:2]
    full = np.full((-(-sh // 32) * 32, -(-sw // 32) * 32, 3), 127, np.uint8)
    full[:sh, :sw] = small
    net.setInput(cv2.dnn.blobFromImage(full, 1 / 127.5, None, (127.5,) * 3, True))
    return [(f[0], f[1] / k, f[2] / k, f[3] / k, math.atan2(f[7] - f[5], f[6] - f[4])) for f in decode(net.forward()[0], sw, sh, LEAST)]


def cut(x, size, cx, cy, angle, n=CROP, side=CROP_SIDE):
    m = crop_matrix((cx, cy), size * side, angle, n)
    if n / (size * side) < .7:
        x = cv2.GaussianBlur(x, (0, 0), .38 * size * side / n)
    return brighten(cv2.warpAffine(x, m, (n, n), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def label(candidate, faces):
    """1: a face there of that size; 0: none near; None: neither."""
    _, size, cx, cy, _ = candidate
    best = 0
    for f in faces:
        off, ratio = math.hypot(f[1] - cx, f[2] - cy), size / f[0]
        if off < .3 * f[0] and .6 < ratio < 1.6:
            return 1
        if off < .75 * max(f[0], size):
            best = None
    return best


def main():
    a = argparse.ArgumentParser()
    for name in ('--pack', '--onnx', '--out'):
        a.add_argument(name, required=True)
    a.add_argument('--table', default='points_public.csv')
    a.add_argument('--split', default='train', help='train or val of the table, or beginnings of file names')
    a.add_argument('--minutes', type=float, default=15)
    a.add_argument('--seed', type=int, default=1)
    a.add_argument('--most', type=int, default=60000, help='crops of each label')
    o = a.parse_args()
    cv2.setNumThreads(1)
    net = cv2.dnn.readNetFromONNX(o.onnx)
    pack = Pack(o.pack, o.table)
    rows = [i for i, v in enumerate(pack.split) if v == o.split] if o.split in ('train', 'val') else \
           [i for i, f in enumerate(pack.files) if f.startswith(tuple(o.split.split(',')))]
    scenes = HardScenes(pack, rows)
    rng = np.random.default_rng([o.seed, 77])
    crops, labels, scores, count, made, start = [], [], [], [0, 0], 0, time.time()
    while time.time() - start < 60 * o.minutes:
        x, faces = scenes.any(rng)
        made += 1
        found = search(net, x, LONG // 2)
        if max([f[0] for f in found], default=0) < .62 or rng.random() < .15:
            found += search(net, x, LONG)
        for f in found:
            is_face = label(f, faces)
            if is_face is None or f[1] < .1 * x.shape[1] or count[is_face] >= o.most or (is_face and f[0] > .8 and rng.random() < .7):
                continue
            crops.append(cut(x, *f[1:]))
            labels.append(is_face)
            scores.append(f[0])
            count[is_face] += 1
    print(f'{made} scenes in {(time.time() - start) / 60:.1f} min, {count[1]} faces, {count[0]} others', flush=True)
    np.savez(o.out, crops=np.array(crops), labels=np.array(labels, np.uint8), scores=np.array(scores, np.float32))


if __name__ == '__main__':
    main()
