#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests the two point networks, as OpenCV runs them, on faces of the pack; and how their heat maps'
spread tells the error.

  evaluate_points.py --pack PACK --face FILE.onnx --eye FILE.onnx [--groups t2i,sfhq,val] [--count 500]

Groups: beginnings of file names, or `val`: the hold-out of the public faces. A crop 5 % off, then a second
pass, then the eyes, as stages/detect.c does it.
"""
import argparse
import math

import cv2
import numpy as np

from train_points import Pack, crop_matrix, face_box

EYES, SIDES, IRIS_L, IRIS_R = (0, 9), (50, 64), 8, 17


def ask(net, image, centre, side, angle, n, mirrored=False):
    """Points and spreads in pixels of the image."""
    m = crop_matrix(centre, side, angle, n)
    k = n / side
    x = cv2.GaussianBlur(image, (0, 0), .35 / k) if k < .7 else image
    x = cv2.warpAffine(x, m, (n, n), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if mirrored:
        x = x[:, ::-1].copy()
    net.setInput(cv2.dnn.blobFromImage(x, 1 / 127.5, None, (127.5,) * 3, True))
    h = net.forward()[0].reshape(-1, (n // 4) ** 2)
    p = np.exp(h - h.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    t = (np.arange(n // 4) + .5) * 4
    gx, gy = np.tile(t, n // 4), np.repeat(t, n // 4)
    q = np.stack([p @ gx, p @ gy], 1)
    spread = np.sqrt(np.maximum(0, p @ (gx ** 2 + gy ** 2) - (q ** 2).sum(1)))
    if mirrored:
        q[:, 0] = n - 1 - q[:, 0]
    inverse = cv2.invertAffineTransform(m)
    return q @ inverse[:, :2].T + inverse[:, 2], spread / k


def extent(p):
    eyes, mouth = (p[IRIS_L, 1] + p[IRIS_R, 1]) / 2, (p[32, 1] + p[36, 1]) / 2
    at = [i for i in range(49, 66) if eyes - .05 * (mouth - eyes) <= p[i, 1] <= mouth]
    return p[at, 0].max() - p[at, 0].min()


def measure(face, eye, image, truth, rng):
    centre, size = face_box(truth)
    p, _ = ask(face, image, centre + rng.uniform(-.05, .05, 2) * size, size * 1.4 * math.exp(rng.uniform(-.06, .06)), rng.uniform(-.08, .08), 128)
    centre, size = face_box(p)
    p, spread = ask(face, image, centre, 1.33 * size, math.atan2(*(p[IRIS_R] - p[IRIS_L])[::-1]), 128)
    for first in EYES:
        a, b = p[first], p[first + 4]
        left, right = (a, b) if a[0] < b[0] else (b, a)
        q, s = ask(eye, image, (a + b) / 2, 2.2 * max(np.linalg.norm(a - b), 4), math.atan2(right[1] - left[1], right[0] - left[0]), 64, first == 9)
        p[first:first + 9], spread[first:first + 9] = q, s
    ipd, width = np.linalg.norm(truth[IRIS_R] - truth[IRIS_L]), extent(truth)
    roll = lambda v: math.degrees(math.atan2(*(v[IRIS_R] - v[IRIS_L])[::-1]))
    off = np.linalg.norm(p - truth, axis=1) / ipd
    return dict(eyes=100 * (off[IRIS_L] + off[IRIS_R]) / 2, eyes_low=50 * ((p - truth)[IRIS_L, 1] + (p - truth)[IRIS_R, 1]) / ipd, width=100 * abs(extent(p) / width - 1),
                width_bias=100 * (extent(p) / width - 1), tilt=abs(roll(p) - roll(truth)), mouth=50 * (off[32] + off[36]), chin=100 * off[57] * ipd / width, all=100 * off.mean(),
                eye_spread=100 * max(spread[IRIS_L], spread[IRIS_R]) / ipd, eye_worst=100 * max(off[IRIS_L], off[IRIS_R]),
                side_spread=100 * max(spread[SIDES[0]], spread[SIDES[1]]) / width, face_spread=spread.mean() / ipd)


def main():
    a = argparse.ArgumentParser()
    for name in ('--pack', '--face', '--eye'):
        a.add_argument(name, required=True)
    a.add_argument('--groups', default='val,t2i,sfhq')
    a.add_argument('--count', type=int, default=500)
    o = a.parse_args()
    cv2.setNumThreads(1)
    face, eye = cv2.dnn.readNetFromONNX(o.face), cv2.dnn.readNetFromONNX(o.eye)
    pack = Pack(o.pack)
    rng = np.random.default_rng(3)
    every = []
    print('| faces | n | eyes, % of eye distance | lower by | face width, % | wider by | tilt, degrees | mouth corners | chin, % of width | all points |\n' + '|---' * 10 + '|')
    for group in o.groups.split(','):
        public = lambda i: not pack.files[i].startswith(('t2i', 'sfhq'))
        rows = [i for i, f in enumerate(pack.files) if (pack.split[i] == 'val' and public(i) if group == 'val' else f.startswith(group))]
        rows = [int(i) for i in rng.choice(rows, min(o.count, len(rows)), replace=False)]
        got = [measure(face, eye, pack.decode(i), pack.points[i], rng) for i in rows]
        every += got
        column = lambda k: np.array([g[k] for g in got])
        two = lambda k: f'{np.median(column(k)):.2f} / {np.percentile(column(k), 95):.2f}'
        print(f"| {group} | {len(got)} | {two('eyes')} | {np.median(column('eyes_low')):.2f} | {two('width')} | {np.median(column('width_bias')):.2f} | {two('tilt')} | {two('mouth')} | {two('chin')} | {two('all')} |", flush=True)
    for spread, error in (('eye_spread', 'eyes'), ('eye_spread', 'tilt'), ('side_spread', 'width')):
        s, e = np.array([g[spread] for g in every]), np.array([g[error] for g in every])
        order = np.argsort(s)
        print(f'\n{error} by {spread}: median spread, median error, 95th percentile of the error')
        for part in np.array_split(order, 8):
            print(f'{np.median(s[part]):.1f}  {np.median(e[part]):.2f}  {np.percentile(e[part], 95):.2f}')
    s = np.array([g['face_spread'] for g in every])
    print('\nmean spread over the eye distance: 5, 50, 95, 99 %:', np.percentile(s, [5, 50, 95, 99]).round(3))


if __name__ == '__main__':
    main()
