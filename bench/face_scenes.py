#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pictures to count faces in, of faces that trained neither finder, points nor verifier: face_scenes.py PACK OUT [--count 300] [--half 0|1|2]

Makes OUT/KIND/*.png and OUT/KIND/truth.csv (file, faces) for every kind: one person on paper with a fault, two people,
nobody. --half: of the generated faces those with even or odd numbers (2: all), so that limits chosen on one half are
judged on the other. Needs what models/training needs, whose scenes these are."""
import argparse
import math
import os
import sys

import cv2
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'models', 'training'))
import finder_data as data  # noqa: E402
from evaluate_finder import SPOILT, WORN  # noqa: E402
from finder_data import Scenes, apply, face_box  # noqa: E402
from train_points import Pack  # noqa: E402

H, W = 480, 360
EMPTY = ('paper', 'pattern', 'clutter', 'away', 'headless')


def person(scenes, rng, x, centre, share, kind):
    image, p = scenes.image(rng, False)
    if WORN.get(kind):
        WORN[kind](rng, image, p)
    k = share * W / face_box(p)[1]
    turn = math.radians(rng.uniform(-30, 30) if kind == 'tilt' else rng.normal(0, 3))
    m = np.array([[k * math.cos(turn), -k * math.sin(turn), 0], [k * math.sin(turn), k * math.cos(turn), 0]])
    m[:, 2] = np.array([W * centre + rng.normal(0, 6), H * rng.uniform(.35, .5)]) - m[:, :2] @ face_box(p)[0]
    soft = scenes.cut_out(rng, p, m, H, W)
    return scenes.warp(rng, image, m, W, H, cv2.BORDER_REPLICATE) * soft + x * (1 - soft)


def picture(scenes, rng, kind, people, share):
    x = data.paper(rng, H, W)
    if people == 0:
        x = dict(paper=lambda: x, pattern=lambda: data.pattern(rng, H, W), clutter=lambda: data.blobs(rng, np.ascontiguousarray(x)),
                 away=lambda: scenes.away_from_faces(rng, H, W), headless=lambda: scenes.headless(rng, H, W))[kind]()
    for i in range(people):
        x = person(scenes, rng, x, .5 if people == 1 else (.26, .74)[i], share or rng.uniform(.22, .36), kind)
    if SPOILT.get(kind):
        x = SPOILT[kind](rng, x)
    return np.clip(x, 0, 255).astype(np.uint8)


def write(folder, scenes, rng, kind, people, share, count):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'truth.csv'), 'w') as truth:
        truth.write('file,faces,fault\n')
        for i in range(count):
            cv2.imwrite(os.path.join(folder, f'{i:04d}.jpg'), picture(scenes, rng, kind, people, share), [cv2.IMWRITE_JPEG_QUALITY, 92])
            truth.write(f'{i:04d}.jpg,{people},\n')


def main():
    a = argparse.ArgumentParser()
    a.add_argument('pack')
    a.add_argument('out')
    a.add_argument('--count', type=int, default=300)
    a.add_argument('--half', type=int, default=2)
    o = a.parse_args()
    cv2.setNumThreads(1)
    pack, public = Pack(o.pack), Pack(o.pack, 'points_public.csv')
    mine = lambda f: o.half == 2 or int(f.split('_')[1].split('.')[0]) % 2 == o.half
    rows = {g: [i for i, f in enumerate(pack.files) if f.startswith(g) and mine(f)] for g in ('t2i', 'sfhq')}
    rng = np.random.default_rng([5, o.half])
    some = sorted(int(i) for i in rng.choice(rows['t2i'] + rows['sfhq'], 700, replace=False))
    scenes = Scenes(pack, some)
    for kind in list(WORN) + list(SPOILT):
        write(os.path.join(o.out, 'one_' + kind), scenes, rng, kind, 1, .4, max(1, o.count // 3))
    for share in (.16, .2, .7):
        write(os.path.join(o.out, f'one_of_{round(100 * share)}_percent'), scenes, rng, 'plain', 1, share, max(1, o.count // 3))
    write(os.path.join(o.out, 'two'), scenes, rng, 'plain', 2, 0, 2 * o.count)
    del scenes
    # t2i pictures show other people beside: pieces of those are no pictures without a face
    alone = Scenes(pack, rows['sfhq'])
    own = Scenes(public, [i for i, v in enumerate(public.split) if v == 'val'])
    for kind in EMPTY:
        write(os.path.join(o.out, 'nobody_' + kind), alone, rng, kind, 0, 0, o.count)
        if kind in ('away', 'headless'):
            write(os.path.join(o.out, f'nobody_{kind}_of_public'), own, rng, kind, 0, 0, o.count)


if __name__ == '__main__':
    main()
