#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The weights of stages/pose.c from labelled points.   pose_fit.py PACK/points.csv OWN.csv

Every face is one rigid shape seen under its own turn, nearly (weak perspective). So the matrix of all
points, two rows per face, has rank 3; its factors are the shape and the turns, up to one linear map that
the turns' being rotations fixes (Tomasi and Kanade 1992). That gives each face a yaw and a pitch that
owe nothing to our networks. Then, on every second face, the places of a few of *our* points are fitted
as linear in the sine of the turn, and inverted with the residuals' covariance: the best linear estimate
that is right on average at every turn, not only near the mean. OWN.csv: build/rules --points."""
import csv
import sys

import numpy as np

CORNERS = [0, 4, 9, 13]
RIGID = CORNERS + [26, 27, 28, 29, 30, 31, 57] + list(range(49, 54)) + list(range(60, 66)) + [32, 36]
PAIRS = [(0, 9), (4, 13), (30, 31), (49, 65), (50, 64), (51, 63), (52, 62), (53, 61), (32, 36)]
REAL = ("congress", "pif", "team18f", "composite")


def axes(points):
    """As stages/face_axes.c: (u, v) of 68 points."""
    left, right = (points[0] + points[4]) / 2, (points[9] + points[13]) / 2
    unit = np.hypot(*(right - left))
    along = (right - left) / unit
    moved = (points - (left + right) / 2) / unit
    return np.stack([moved @ along, moved @ np.array([-along[1], along[0]])], 1)


def pairs(a, b):
    return np.stack([a[:, 0] * b[:, 0], a[:, 0] * b[:, 1] + a[:, 1] * b[:, 0],
                     a[:, 0] * b[:, 2] + a[:, 2] * b[:, 0], a[:, 1] * b[:, 1],
                     a[:, 1] * b[:, 2] + a[:, 2] * b[:, 1], a[:, 2] * b[:, 2]], 1)


def turns(faces):
    """Yaw and pitch in degrees per face, signs as in stages/pose.h, pitch relative to the shape's own axes."""
    level = np.stack([axes(f) for f in faces])[:, RIGID]
    level -= level.mean(1, keepdims=True)
    level /= np.sqrt((level ** 2).sum((1, 2), keepdims=True))
    u, s, v = np.linalg.svd(level.transpose(0, 2, 1).reshape(-1, len(RIGID)), full_matrices=False)
    motion, shape = u[:, :3] * s[:3], v[:3]
    a, b, n = motion[0::2], motion[1::2], len(faces)
    rows = np.concatenate([pairs(a, a) - pairs(b, b), pairs(a, b),
                           (pairs(a, a) + pairs(b, b)).sum(0)[None]])
    q = np.linalg.lstsq(rows, np.r_[np.zeros(2 * n), 2 * n], rcond=None)[0]
    values, vectors = np.linalg.eigh(np.array([[q[0], q[1], q[2]], [q[1], q[3], q[4]], [q[2], q[4], q[5]]]))
    fix = vectors * np.sqrt(np.maximum(values, 1e-12))
    motion, shape = motion @ fix, np.linalg.inv(fix) @ shape
    place = {point: i for i, point in enumerate(RIGID)}
    x = sum(shape[:, place[r]] - shape[:, place[l]] for l, r in PAIRS)
    x /= np.linalg.norm(x)
    eyes = shape[:, [place[c] for c in CORNERS]].mean(1)
    y = shape[:, place[57]] - eyes
    y -= x * (x @ y)
    y /= np.linalg.norm(y)
    turn = np.stack([x, y, np.cross(x, y)])
    shape, motion = turn @ shape, motion @ turn.T
    if shape[2, place[28]] > (turn @ eyes)[2]:  # the nose is nearer than the eyes
        motion[:, 2] *= -1
    a = motion[0::2] / np.linalg.norm(motion[0::2], axis=1, keepdims=True)
    b = motion[1::2] / np.linalg.norm(motion[1::2], axis=1, keepdims=True)
    return np.degrees(np.arctan2(-a[:, 2], a[:, 0])), -np.degrees(np.arcsin(np.clip(b[:, 2], -1, 1)))


def features(own):
    sides = (own[:, 50:54].mean(1) + own[:, 61:65].mean(1)) / 2
    mouth = (own[:, 32] + own[:, 36]) / 2
    return (np.stack([own[:, 28, 0], sides[:, 0]], 1),
            np.stack([own[:, 28, 1], sides[:, 1], mouth[:, 1]], 1))


def invert(places, degrees, odd):
    sine = np.sin(np.radians(degrees))
    known = np.stack([sine, np.ones_like(sine)], 1)
    fit = np.linalg.lstsq(known[~odd], places[~odd], rcond=None)[0]
    rest = np.linalg.inv(np.cov((places[~odd] - known[~odd] @ fit).T))
    weights = rest @ fit[0] / (fit[0] @ rest @ fit[0])
    zero = -fit[1] @ weights
    error = np.abs(np.degrees(np.arcsin(np.clip(places @ weights + zero, -1, 1))) - degrees)[odd]
    return weights, zero, np.median(error), np.percentile(error, 95)


def main():
    labelled = {row["file"]: np.array([[float(row[f"x{i}"]), float(row[f"y{i}"])] for i in range(68)])
                for row in csv.DictReader(open(sys.argv[1], encoding="utf-8"))}
    own = {row[0]: np.array(row[1:], float).reshape(68, 2) for row in csv.reader(open(sys.argv[2], encoding="utf-8"))}
    names = list(labelled)
    yaw, pitch = turns(np.stack([labelled[n] for n in names]))
    pitch -= np.median([p for n, p in zip(names, pitch) if n.startswith(REAL)])
    keep = [i for i, n in enumerate(names) if n in own and
            np.hypot(*(axes(own[n]) - axes(labelled[n])).T).mean() < 0.12]  # the same face was found
    of_yaw, of_pitch = features(np.stack([axes(own[names[i]]) for i in keep]))
    odd = np.arange(len(keep)) % 2 == 1
    for name, places, degrees in (("yaw", of_yaw, yaw[keep]), ("pitch", of_pitch, pitch[keep])):
        weights, zero, median, most = invert(places, degrees, odd)
        print(f"{name}: weights {np.round(weights, 3)}, zero {zero:.3f}; other half: median {median:.1f} degrees, "
              f"p95 {most:.1f} (of {odd.sum()})")


main()
