#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes samples/base/points.csv: the 68 points of every base portrait, which the generator carries to
everybody whom it makes of them.

  base_points.py --bases samples/base --weights FACE.pt --index PACK/points_index.csv > points.csv
  base_points.py --people OUT --weights FACE.onnx --index PACK/points_index.csv > OUT/points.csv

The second is for what people.py made (photos/ and truth_*.csv). FACE places the points, once as the portrait is and once mirrored; then eyes, mouth corners and sides
move to where truth.csv has them, which is exact (of people.py's mouths only the lips' inner edges).
"""
import argparse
import csv
import glob
import math
import os

import cv2
import numpy as np
import torch

from prepare_pack import IRIS_L, IRIS_R, LIPS, MOUTH_L, MOUTH_R, SIDES, sides
from train_points import FacePoints, Pack, Faces, crop_matrix, face_box, from_onnx, to_input

EYES, MOUTH = [list(range(0, 9)), list(range(9, 18))], list(range(32, 46))


def place(net, image, centre, size, passes=3):
    """68 points on an upright face; `size` is the longer side of the box around them."""
    side, angle = 1.40 * size, 0.0
    for _ in range(passes):
        m = crop_matrix(centre, side, angle, 128)
        k = 128 / side
        x = cv2.GaussianBlur(image, (0, 0), .35 / k) if k < .7 else image
        x = cv2.warpAffine(x, m, (128, 128), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        with torch.no_grad():
            q = net(to_input(torch.from_numpy(x[:, :, ::-1].transpose(2, 0, 1).copy())[None]))[0].numpy() * 128
        inverse = cv2.invertAffineTransform(m)
        p = q @ inverse[:, :2].T + inverse[:, 2]
        centre, size = face_box(p)
        side, angle = 1.33 * size, math.atan2(*(p[IRIS_R] - p[IRIS_L])[::-1])
    return p.astype(np.float32)


def to_truth(p, row, mouth=True):
    """Moves eyes, mouth and sides to where the renderer put them."""
    number = lambda k: float(row[k])
    for which, key in ((EYES[0], 'left_eye'), (EYES[1], 'right_eye')):
        p[which] += np.array([number(key + '_x'), number(key + '_y')], np.float32) - p[which[8]]
    if mouth:
        move_mouth(p, number)
    for i, key in LIPS.items():
        if key + '_x' in row:
            p[i] = number(key + '_x'), number(key + '_y')
    left, right = sides(p)
    wanted = number('face_left_x'), number('face_right_x')
    p[SIDES, 0] = (p[SIDES, 0] - left) / (right - left) * (wanted[1] - wanted[0]) + wanted[0]


def move_mouth(p, number):
    truth = np.array([[number('mouth_l_x'), number('mouth_l_y')], [number('mouth_r_x'), number('mouth_r_y')]], np.float32)
    have = p[[MOUTH_L, MOUTH_R]]
    k = np.linalg.norm(truth[1] - truth[0]) / max(np.linalg.norm(have[1] - have[0]), 1)
    p[MOUTH] = (p[MOUTH] - have.mean(0)) * k + truth.mean(0)


def both_ways(net, image, row, mirror):
    last = image.shape[1] - 1
    eyes = np.array([[float(row[f'{s}_eye_x']), float(row[f'{s}_eye_y'])] for s in ('left', 'right')])
    apart = np.linalg.norm(eyes[1] - eyes[0])
    middle = eyes.mean(0) + (0, .35 * apart)
    p = place(net, image, middle, 2.6 * apart)
    q = place(net, image[:, ::-1].copy(), (last - middle[0], middle[1]), 2.6 * apart)
    q[:, 0] = last - q[:, 0]
    return (p + q[mirror]) / 2


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--bases')
    a.add_argument('--people')
    a.add_argument('--weights', required=True)
    a.add_argument('--index', required=True, help="points_index.csv of a pack")
    o = a.parse_args()
    torch.set_num_threads(1)
    net = FacePoints(68, .75, 128)
    if o.weights.endswith('.onnx'):
        pack = Pack(os.path.dirname(o.index))
        some = Faces(pack, list(range(0, len(pack.files), 20)), 128, True)
        from_onnx(net, o.weights, torch.stack([some[i][0] for i in range(len(some))]))
    else:
        net.load_state_dict(torch.load(o.weights, map_location='cpu'))
    net.eval()
    mirror = np.array([int(r['mirror']) for r in csv.DictReader(open(o.index))])
    folder, tables = (os.path.join(o.people, 'photos'), sorted(glob.glob(os.path.join(o.people, 'truth_*.csv')))) if o.people else \
        (o.bases, [os.path.join(o.bases, 'truth.csv')])
    print(('file,' if o.people else 'name,') + ','.join(f'{c}{i}' for i in range(68) for c in 'xy'))
    for row in (row for table in tables for row in csv.DictReader(open(table))):
        p = both_ways(net, cv2.imread(os.path.join(folder, row['file'])), row, mirror)
        to_truth(p, row, mouth=not o.people)
        print((row['file'] if o.people else row['file'][:-4]) + ',' + ','.join(f'{v:.2f}' for v in p.reshape(-1)))


if __name__ == '__main__':
    main()
