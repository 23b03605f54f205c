#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests face_finder.onnx, as OpenCV runs it, on faces that did not train it: one fault at a time.

  evaluate_finder.py --pack PACK --onnx FILE [--count 400] [--least 0.5] [--unseen t2i,sfhq]

A row per kind: pictures with the exact number of faces, with the Wilson 95 % interval; missed, too many;
median and 95th percentile of the coarse eyes, in % of the eye distance.
"""
import argparse
import math

import cv2
import numpy as np

import finder_data as data
from finder_data import Scenes, apply, face_box
from train_finder import decode
from train_points import Pack, squeeze_eye


def closed(rng, image, p):
    for eye in data.EYES:
        squeeze_eye(image, p, eye, rng.uniform(.02, .2))


WORN = dict(plain=None, closed_eyes=closed, dark_glasses=data.dark_glasses, clear_glasses=data.clear_glasses, hat=data.hat, mask=data.mask, hair_over_eyes=data.fringe)
SPOILT = dict(blur=lambda rng, x: cv2.GaussianBlur(x, (0, 0), rng.uniform(.8, 1.8)), dark=lambda rng, x: x * rng.uniform(.12, .35), burnt=lambda rng, x: x * rng.uniform(1.5, 2.2),
              side_light=lambda rng, x: x * np.linspace(.25, 1.4, x.shape[1], dtype=np.float32)[None, :, None], noise=lambda rng, x: x + rng.normal(0, 22, x.shape),
              grey=lambda rng, x: np.repeat(x.mean(2, keepdims=True), 3, 2), tilt=None)


def one_face(scenes, rng, kind, share, people=1):
    h, w = 160, 120
    x = data.paper(rng, h, w)
    faces = []
    centres = [.5] if people == 1 else [.27, .73]
    for centre in centres:
        image, p = scenes.image(rng, False)
        if WORN.get(kind):
            WORN[kind](rng, image, p)
        size = share * w
        k = size / face_box(p)[1]
        turn = math.radians(rng.uniform(-30, 30) if kind == 'tilt' else rng.normal(0, 3))
        m = np.array([[k * math.cos(turn), -k * math.sin(turn), 0], [k * math.sin(turn), k * math.cos(turn), 0]])
        m[:, 2] = np.array([w * centre + rng.normal(0, 2), h * rng.uniform(.35, .5)]) - m[:, :2] @ face_box(p)[0]
        soft = scenes.cut_out(rng, p, m, h, w)
        x = scenes.warp(rng, image, m, w, h, cv2.BORDER_REPLICATE) * soft + x * (1 - soft)
        faces.append(scenes.row(apply(m, p)))
    if SPOILT.get(kind):
        x = SPOILT[kind](rng, x)
    return np.clip(x, 0, 255).astype(np.uint8), np.array(faces)


def no_face(scenes, rng, kind):
    h, w = 160, 120
    x = dict(paper=lambda: data.paper(rng, h, w), pattern=lambda: data.pattern(rng, h, w), clutter=lambda: data.blobs(rng, np.ascontiguousarray(data.paper(rng, h, w))),
             away=lambda: scenes.away_from_faces(rng, h, w), headless=lambda: scenes.headless(rng, h, w))[kind]()
    return np.clip(x, 0, 255).astype(np.uint8), np.zeros((0, 11), np.float32)


def wilson(good, count):
    z, p = 1.96, good / count
    middle, half = p + z * z / 2 / count, z * math.sqrt(p * (1 - p) / count + z * z / 4 / count ** 2)
    return f'{100 * (middle - half) / (1 + z * z / count):.1f}..{100 * (middle + half) / (1 + z * z / count):.1f}'


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--pack', required=True)
    a.add_argument('--onnx', required=True)
    a.add_argument('--count', type=int, default=400)
    a.add_argument('--least', type=float, default=.5)
    a.add_argument('--unseen', default='t2i,sfhq')
    o = a.parse_args()
    cv2.setNumThreads(1)
    net = cv2.dnn.readNetFromONNX(o.onnx)
    pack = Pack(o.pack)
    rng = np.random.default_rng(3)
    rows = [i for i, f in enumerate(pack.files) if f.startswith(tuple(o.unseen.split(',')))]
    rows = [int(i) for i in rng.choice(rows, min(700, len(rows)), replace=False)]
    scenes = Scenes(pack, rows)
    print('| picture | exact count of %d | 95 %% | missed | too many | eyes, median / p95 |\n|---|---|---|---|---|---|' % o.count)
    kinds = [(k, .40, 1) for k in list(WORN) + list(SPOILT)] + [('face of 14 %', .14, 1), ('face of 20 %', .20, 1), ('face of 70 %', .70, 1), ('two people', .3, 2)] + [(k, 0, 0) for k in ('paper', 'pattern', 'clutter', 'away', 'headless')]
    for kind, share, people in kinds:
        right = missed = more = 0
        eyes = []
        for _ in range(o.count):
            x, faces = one_face(scenes, rng, kind, share, people) if people else no_face(scenes, rng, kind)
            full = np.full((160, 128, 3), 127, np.uint8)
            full[:, :120] = x
            net.setInput(cv2.dnn.blobFromImage(full, 1 / 127.5, None, (127.5,) * 3, True))
            got = decode(net.forward()[0], 120, 160, o.least)
            hit = 0
            for f in faces:
                best = min(got, key=lambda g: math.hypot(g[2] - f[1], g[3] - f[2]), default=None)
                if best and math.hypot(best[2] - f[1], best[3] - f[2]) < .35 * f[0]:
                    hit += 1
                    eyes.append((math.hypot(best[4] - f[3], best[5] - f[4]) + math.hypot(best[6] - f[5], best[7] - f[6])) / 2 / math.hypot(f[5] - f[3], f[6] - f[4]))
            missed += len(faces) - hit
            more += len(got) - hit
            right += hit == len(faces) == len(got)
        print(f'| {kind} | {100 * right / o.count:.2f} % | {wilson(right, o.count)} | {missed} | {more} | ' + (f'{100 * np.median(eyes):.1f} / {100 * np.percentile(eyes, 95):.1f} |' if eyes else '- |'), flush=True)


if __name__ == '__main__':
    main()
