#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the pack that the point networks train on: the handed faces of one table, and our own renders
with their exact geometry.

  prepare_pack.py --pack PACK --renders DIR... [--table points_public.csv] --out OUT

PACK's labels are estimates of a mesh model. Where the truth is known it takes their place:
- renders of PACK have exact eyes already; their faces are known to be labelled 3.7 % too wide, so the
  points of the face's sides are drawn in by that much;
- DIR is what `build/make_samples --points --size small` made (photos/ and points.csv): points of a base
  portrait, carried exactly to where the bent face has them; or what people.py and base_points.py --people made.
"""
import argparse
import csv
import glob
import os

import cv2
import numpy as np

from train_points import Pack, face_box

SIDES = list(range(49, 57)) + list(range(58, 66))
TOO_WIDE = 1.037
IRIS_L, IRIS_R, MOUTH_L, MOUTH_R, LONGEST = 8, 17, 32, 36, 320
LIPS = {40: 'lip_ui_l', 41: 'lip_ui', 42: 'lip_ui_r', 43: 'lip_li_r', 44: 'lip_li', 45: 'lip_li_l'}    # inner edges
EXACT = [IRIS_L, IRIS_R] + SIDES[:4] + SIDES[-4:]    # of invented people, and LIPS where they are told; their other points are a network's


def sides(p):
    """As stages/face_place.c: extent of the contour between just above the eyes and the mouth."""
    eyes, mouth = (p[IRIS_L, 1] + p[IRIS_R, 1]) / 2, (p[MOUTH_L, 1] + p[MOUTH_R, 1]) / 2
    at = [i for i in range(49, 66) if eyes - .05 * (mouth - eyes) <= p[i, 1] <= mouth]
    return p[at, 0].min(), p[at, 0].max()


def narrow(p):
    left, right = sides(p)
    middle = (left + right) / 2
    p[SIDES, 0] = middle + (p[SIDES, 0] - middle) / TOO_WIDE


def crop_around(image, p):
    """The face with 0.8 of its size around it, longest side 320, as the pack keeps its faces."""
    centre, size = face_box(p)
    low = np.maximum(np.floor(centre - 1.3 * size), 0).astype(int)
    high = np.minimum(np.ceil(centre + 1.3 * size), [image.shape[1], image.shape[0]]).astype(int)
    part = image[low[1]:high[1], low[0]:high[0]]
    k = LONGEST / max(part.shape[:2])
    part = cv2.resize(part, None, fx=k, fy=k, interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC)
    return part, (p - low + .5) * k - .5


def trusted(folder, sides):
    """Which points of a folder of renders the loss asks about, as numbers; '' for all."""
    tables = glob.glob(os.path.join(folder, 'truth_*.csv'))
    if tables:
        told = 'lip_ui_x' in next(csv.reader(open(tables[0])))
        return ' '.join(map(str, EXACT + (list(LIPS) if told else [])))
    return '' if sides else ' '.join(str(i) for i in range(68) if i not in SIDES)


def main():
    a = argparse.ArgumentParser()
    for name in ('--pack', '--out'):
        a.add_argument(name, required=True)
    a.add_argument('--renders', required=True, nargs='+')
    a.add_argument('--table', default='points_public.csv')
    a.add_argument('--val-every', type=int, default=12, help='of the renders')
    a.add_argument('--no-sides', action='store_true', help='the loss does not ask for the sides of the face of what make_samples made')
    o = a.parse_args()
    os.makedirs(os.path.join(o.out, 'img'), exist_ok=True)
    columns = ['file', 'source', 'licence', 'split', 'trusted'] + [f'{c}{i}' for i in range(68) for c in 'xy']
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
    for row, folder in ((row, folder) for folder in o.renders for row in csv.DictReader(open(os.path.join(folder, 'points.csv')))):
        image = cv2.imread(os.path.join(folder, 'photos', row['file']))
        if image is None:
            continue
        p = np.array([[float(row[f'x{i}']), float(row[f'y{i}'])] for i in range(68)], np.float32)
        part, p = crop_around(image, p)
        name = f'sample_{count:04d}.jpg'
        cv2.imwrite(os.path.join(o.out, 'img', name), part, [cv2.IMWRITE_JPEG_QUALITY, 92])
        out.writerow(dict(file=name, source=os.path.basename(os.path.normpath(folder)), licence='CC0-1.0', split='val' if count % o.val_every == 0 else 'train',
                          trusted=trusted(folder, not o.no_sides),
                          **{f'{c}{i}': round(float(p[i][k]), 2) for i in range(68) for k, c in enumerate('xy')}))
        count += 1
    index = open(os.path.join(o.pack, 'points_index.csv')).read()
    open(os.path.join(o.out, 'points_index.csv'), 'w').write(index)
    print(f'{len(pack.files)} faces and {count} renders')


if __name__ == '__main__':
    main()
