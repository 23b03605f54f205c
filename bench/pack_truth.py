#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Truth of the labelled faces, in the form that `accuracy` reads: pack_truth.py POINTS.csv GROUP > TRUTH.csv

GROUP is `val`, the hold-out of the public faces (POINTS.csv: points_public.csv), or the beginning of file names,
a colon, and every how many of them: `t2i:3`; or a kind of sides.csv, whose sides then stand for the labelled
ones: `turned`, `facing`. Needs nothing but Python."""
import csv
import math
import os
import sys


def sides_by_eye(kind):
    name = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'sides.csv')
    return {row['file']: (row['face_left_x'], row['face_right_x'])
            for row in csv.DictReader(open(name)) if row['kind'] == kind}


def main():
    group, _, every = sys.argv[2].partition(':')
    by_eye = sides_by_eye(group)
    print('file,faces,left_eye_x,left_eye_y,right_eye_x,right_eye_y,mouth_l_x,mouth_l_y,mouth_r_x,mouth_r_y,'
          'hair_top_y,face_left_x,face_right_x,chin_y,roll_deg,fault')
    seen = 0
    for row in csv.DictReader(open(sys.argv[1])):
        if not (row['file'] in by_eye if by_eye else
                row['split'] == 'val' and not row['file'].startswith('render') if group == 'val' else
                row['file'].startswith(group)):
            continue
        seen += 1
        if every and seen % int(every):
            continue
        at = lambda i: (float(row[f'x{i}']), float(row[f'y{i}']))
        (lx, ly), (rx, ry), (ax, ay), (bx, by) = at(8), at(17), at(32), at(36)
        eyes, mouth = (ly + ry) / 2, (ay + by) / 2  # the sides as stages/face_place.c has them
        side = [at(i)[0] for i in range(49, 66) if eyes - .05 * (mouth - eyes) <= at(i)[1] <= mouth]
        edges = ','.join(by_eye[row['file']]) if by_eye else f'{min(side)},{max(side)}' if side else ','
        roll = math.degrees(math.atan2(ry - ly, rx - lx))
        print(f"{row['file']},1,{lx},{ly},{rx},{ry},{ax},{ay},{bx},{by},,{edges},{at(57)[1]},{roll:.3f},")


main()
