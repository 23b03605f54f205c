#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the pack that the point networks train on: the handed faces of one table, and our own renders
with their exact geometry.

  prepare_pack.py --pack PACK --renders DIR [--table points_public.csv] --weights FACE.pt --out OUT

PACK's labels are estimates of a mesh model. Where the truth is known it takes their place:
- renders of PACK have exact eyes already; their faces are known to be labelled 3.7 % too wide, so the
  points of the face's sides are drawn in by that much;
- DIR is what `build/make_samples --faults 0 --size small` made (photos/ and manifest.csv). FACE.pt
  places the 68 points, then eyes, mouth corners and sides move to the truth.
"""
import argparse
import csv
import math
import os

import cv2
import numpy as np
import torch

from train_points import FacePoints, Pack, apply, crop_matrix, face_box, to_input

SIDES = list(range(49, 57)) + list(range(58, 66))
TOO_WIDE = 1.037
IRIS_L, IRIS_R, MOUTH_L, MOUTH_R = 8, 17, 32, 36
EYES, MOUTH, LONGEST = [list(range(0, 9)), list(range(9, 18))], list(range(32, 46)), 320


def sides(p):
    """As stages/face_place.c: extent of the contour between just above the eyes and the mouth."""
    eyes, mouth = (p[IRIS_L, 1] + p[IRIS_R, 1]) / 2, (p[MOUTH_L, 1] + p[MOUTH_R, 1]) / 2
    at = [i for i in range(49, 66) if eyes - .05 * (mouth - eyes) <= p[i, 1] <= mouth]
    return p[at, 0].min(), p[at, 0].max()


def narrow(p):
    left, right = sides(p)
    middle = (left + right) / 2
    p[SIDES, 0] = middle + (p[SIDES, 0] - middle) / TOO_WIDE


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


def to_truth(p, row):
    """Moves eyes, mouth and sides to where the renderer put them."""
    number = lambda k: float(row[k])
    for which, key in ((EYES[0], 'left_eye'), (EYES[1], 'right_eye')):
        p[which] += np.array([number(key + '_x'), number(key + '_y')], np.float32) - p[which[8]]
    truth = np.array([[number('mouth_l_x'), number('mouth_l_y')], [number('mouth_r_x'), number('mouth_r_y')]], np.float32)
    have = p[[MOUTH_L, MOUTH_R]]
    k = np.linalg.norm(truth[1] - truth[0]) / max(np.linalg.norm(have[1] - have[0]), 1)
    p[MOUTH] = (p[MOUTH] - have.mean(0)) * k + truth.mean(0)
    left, right = sides(p)
    wanted = number('face_left_x'), number('face_right_x')
    p[SIDES, 0] = (p[SIDES, 0] - left) / (right - left) * (wanted[1] - wanted[0]) + wanted[0]


def crop_around(image, p):
    """The face with 0.8 of its size around it, longest side 320, as the pack keeps its faces."""
    centre, size = face_box(p)
    low = np.maximum(np.floor(centre - 1.3 * size), 0).astype(int)
    high = np.minimum(np.ceil(centre + 1.3 * size), [image.shape[1], image.shape[0]]).astype(int)
    part = image[low[1]:high[1], low[0]:high[0]]
    k = LONGEST / max(part.shape[:2])
    part = cv2.resize(part, None, fx=k, fy=k, interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC)
    return part, (p - low + .5) * k - .5


def main():
    a = argparse.ArgumentParser()
    for name in ('--pack', '--renders', '--weights', '--out'):
        a.add_argument(name, required=True)
    a.add_argument('--table', default='points_public.csv')
    a.add_argument('--val-every', type=int, default=12, help='of the renders')
    o = a.parse_args()
    torch.set_num_threads(1)
    net = FacePoints(68, .75, 128)
    net.load_state_dict(torch.load(o.weights, map_location='cpu'))
    net.eval()
    os.makedirs(os.path.join(o.out, 'img'), exist_ok=True)
    columns = ['file', 'source', 'licence', 'split'] + [f'{c}{i}' for i in range(68) for c in 'xy']
    out = csv.DictWriter(open(os.path.join(o.out, 'points.csv'), 'w'), columns, extrasaction='ignore')
    out.writeheader()
    pack = Pack(o.pack, o.table)
    for row, p in zip(csv.DictReader(open(os.path.join(o.pack, o.table))), pack.points):
        link = os.path.join(o.out, 'img', row['file'])
        if not os.path.lexists(link):
            os.symlink(os.path.abspath(os.path.join(o.pack, 'img', row['file'])), link)
        if row['file'].startswith('render_'):
            narrow(p)
        row.update({f'{c}{i}': round(float(p[i][k]), 2) for i in range(68) for k, c in enumerate('xy')})
        out.writerow(row)
    count = 0
    for row in csv.DictReader(open(os.path.join(o.renders, 'manifest.csv'))):
        image = cv2.imread(os.path.join(o.renders, 'photos', row['file']))
        if row['faces'] != '1' or image is None or image.shape[1] != int(row['width']):
            continue
        eyes = np.array([[float(row['left_eye_x']), float(row['left_eye_y'])], [float(row['right_eye_x']), float(row['right_eye_y'])]])
        ipd = np.linalg.norm(eyes[1] - eyes[0])
        p = place(net, image, eyes.mean(0) + (0, .35 * ipd), 2.6 * ipd)
        to_truth(p, row)
        part, p = crop_around(image, p)
        name = f'sample_{count:04d}.jpg'
        cv2.imwrite(os.path.join(o.out, 'img', name), part, [cv2.IMWRITE_JPEG_QUALITY, 92])
        out.writerow(dict(file=name, source='samples/base', licence='CC0-1.0', split='val' if count % o.val_every == 0 else 'train',
                          **{f'{c}{i}': round(float(p[i][k]), 2) for i in range(68) for k, c in enumerate('xy')}))
        count += 1
    index = open(os.path.join(o.pack, 'points_index.csv')).read()
    open(os.path.join(o.out, 'points_index.csv'), 'w').write(index)
    print(f'{len(pack.files)} faces and {count} renders')


if __name__ == '__main__':
    main()
