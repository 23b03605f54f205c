# SPDX-License-Identifier: MIT
"""Pictures to train and test the face finder: faces of the pack at any scale, place, tilt, light and
background, with what may cover them; and pictures without a face.

One picture: BGR uint8 of at most `long_side`, and its faces as rows (size, centre x, y, left eye x, y,
right eye x, y, mouth left x, y, mouth right x, y) in its pixels; size is the longer side of the box
around the 68 points.
"""
import math

import cv2
import numpy as np

from train_points import Pack, apply, face_box, photometric, squeeze_eye

EYES = [list(range(0, 9)), list(range(9, 18))]
IRIS_L, IRIS_R, MOUTH_L, MOUTH_R, NOSE, CHIN = 8, 17, 32, 36, 28, 57
CONTOUR = list(range(46, 68))
PAPERS = [(255, 197, 100), (255, 255, 255), (240, 240, 240), (60, 40, 200), (190, 110, 40), (150, 150, 150)]


# ------------------------------------------------------------------ what may cover a face
def dark_glasses(rng, image, p):
    colour = rng.uniform(0, 70, 3).tolist()
    for eye in EYES:
        centre, width = p[eye].mean(0), float(np.linalg.norm(p[eye[4]] - p[eye[0]]))
        axes = (int(width * rng.uniform(.65, .95)), int(width * rng.uniform(.45, .8)))
        angle = math.degrees(math.atan2(*(p[IRIS_R] - p[IRIS_L])[::-1]))
        lens = image.copy()
        cv2.ellipse(lens, tuple(int(v) for v in centre), axes, angle, 0, 360, colour, -1, cv2.LINE_AA)
        share = rng.uniform(.75, 1)
        image[:] = cv2.addWeighted(lens, share, image, 1 - share, 0)
    a, b = p[EYES[0][4]].astype(int), p[EYES[1][4]].astype(int)
    cv2.line(image, tuple(map(int, a)), tuple(map(int, b)), colour, max(1, int(width * .12)), cv2.LINE_AA)


def clear_glasses(rng, image, p):
    colour = rng.uniform(0, 120, 3).tolist()
    for eye in EYES:
        centre, width = p[eye].mean(0), float(np.linalg.norm(p[eye[4]] - p[eye[0]]))
        w, h = width * rng.uniform(.75, .95), width * rng.uniform(.5, .75)
        if rng.random() < .5:
            cv2.ellipse(image, tuple(int(v) for v in centre), (int(w), int(h)), 0, 0, 360, colour, max(1, int(width * .07)), cv2.LINE_AA)
        else:
            cv2.rectangle(image, tuple(int(v) for v in centre - (w, h)), tuple(int(v) for v in centre + (w, h)), colour, max(1, int(width * .07)), cv2.LINE_AA)
        if rng.random() < .3:  # a window or lamp in the lens
            at = centre + rng.uniform(-.3, .3, 2) * width
            cv2.ellipse(image, tuple(int(v) for v in at), (max(1, int(width * rng.uniform(.2, .6))), max(1, int(width * rng.uniform(.1, .4)))),
                        rng.uniform(0, 180), 0, 360, (255, 250, 245), -1, cv2.LINE_AA)


def hat(rng, image, p):
    low, high = p[CONTOUR].min(0), p[CONTOUR].max(0)
    wide, top = high[0] - low[0], low[1]
    brow = p[18:26, 1].min()
    y = brow - rng.uniform(.02, .25) * wide
    colour = rng.uniform(0, 255, 3).tolist()
    points = np.array([[low[0] - .12 * wide, y], [low[0] - .05 * wide, top - .35 * wide], [(low[0] + high[0]) / 2, top - rng.uniform(.4, .6) * wide],
                       [high[0] + .05 * wide, top - .35 * wide], [high[0] + .12 * wide, y]], np.int32)
    cv2.fillPoly(image, [points], colour, cv2.LINE_AA)
    if rng.random() < .5:
        cv2.ellipse(image, (int((low[0] + high[0]) / 2), int(y)), (int(wide * rng.uniform(.6, .95)), int(wide * .1)), 0, 0, 360, [c * .7 for c in colour], -1, cv2.LINE_AA)


def mask(rng, image, p):
    colour = [(250, 250, 250), (230, 200, 150), (60, 60, 60)][int(rng.integers(3))] if rng.random() < .8 else rng.uniform(0, 255, 3).tolist()
    nose = p[26] + (p[NOSE] - p[26]) * rng.uniform(.5, 1.0)
    outline = np.concatenate([[nose], p[51:64]]).astype(np.int32)
    cv2.fillPoly(image, [outline], colour, cv2.LINE_AA)


def fringe(rng, image, p):
    """Hair over brows or one eye."""
    colour = (rng.uniform(5, 90) * np.array([.7, .85, 1])).tolist()
    low, high = p[CONTOUR].min(0), p[CONTOUR].max(0)
    deep = p[18:26, 1].mean() + rng.uniform(-.05, .22) * (high[0] - low[0])
    x = np.linspace(low[0], high[0], 12)
    y = deep + rng.normal(0, 4, 12)
    outline = np.concatenate([np.stack([x, y], 1), [[high[0], low[1] - 10], [low[0], low[1] - 10]]]).astype(np.int32)
    cv2.fillPoly(image, [outline], colour, cv2.LINE_AA)


COVERS = [(dark_glasses, .09), (clear_glasses, .12), (hat, .08), (mask, .06), (fringe, .07)]


def wear(rng, image, p):
    if rng.random() < .15:
        factor = rng.uniform(.02, .4)
        for eye in EYES if rng.random() < .8 else [EYES[int(rng.integers(2))]]:
            squeeze_eye(image, p, eye, factor)
    for cover, share in COVERS:
        if rng.random() < share:
            cover(rng, image, p)


# ------------------------------------------------------------------ without a face
def noise_field(rng, h, w, octaves):
    field = np.zeros((h, w, 3), np.float32)
    for k in range(octaves):
        n = 2 << k
        small = rng.normal(0, 1, (n + 1, n + 1, 3)).astype(np.float32)
        field += cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC) * (.6 ** k)
    return field


def pattern(rng, h, w):
    """Stripes, checks, dots or rings: curtains, shirts, printed cloth."""
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    angle, period = rng.uniform(0, math.pi), rng.uniform(4, 50)
    u, v = xx * math.cos(angle) + yy * math.sin(angle), yy * math.cos(angle) - xx * math.sin(angle)
    kind = int(rng.integers(5))
    if kind == 0:
        t = np.sin(2 * math.pi * u / period)
    elif kind == 1:
        t = np.sign(np.sin(2 * math.pi * u / period)) * np.sign(np.sin(2 * math.pi * v / period))
    elif kind == 2:
        t = np.where(np.hypot(u % period - period / 2, v % period - period / 2) < period * rng.uniform(.15, .45), 1., -1.)
    elif kind == 3:
        t = np.sin(2 * math.pi * np.hypot(xx - rng.uniform(0, w), yy - rng.uniform(0, h)) / period)
    else:
        t = np.maximum(np.sin(2 * math.pi * u / period), np.sin(2 * math.pi * v / (period * rng.uniform(.5, 2))))
    a, b = rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)
    t = (t[..., None] + 1) / 2
    return (a * t + b * (1 - t)).astype(np.float32)


def paper(rng, h, w):
    base = np.array(PAPERS[int(rng.integers(len(PAPERS)))] if rng.random() < .7 else rng.uniform(0, 255, 3), np.float32)
    field = np.zeros((h, w, 3), np.float32) + base
    ramp = np.linspace(-1, 1, h, dtype=np.float32)[:, None, None] * rng.normal(0, 18) + np.linspace(-1, 1, w, dtype=np.float32)[None, :, None] * rng.normal(0, 18)
    return field + ramp + noise_field(rng, h, w, 2) * rng.uniform(0, 8)


def blobs(rng, x):
    """Ovals and bars of any colour, skin too: hands, chairs, lamps, bags, heads seen from behind."""
    h, w = x.shape[:2]
    for _ in range(int(rng.integers(1, 9))):
        skin = rng.random() < .45
        colour = (rng.uniform(.35, 1.05) * np.array([150, 180, 225]) + rng.normal(0, 12, 3) if skin else rng.uniform(0, 255, 3)).tolist()
        at = (int(rng.uniform(0, w)), int(rng.uniform(0, h)))
        size = (int(rng.uniform(3, w * .3)) + 1, int(rng.uniform(3, h * .3)) + 1)
        if rng.random() < .6:
            cv2.ellipse(x, at, size, rng.uniform(0, 180), 0, 360, colour, -1, cv2.LINE_AA)
            if rng.random() < .3:  # two dark spots or a bar that are no eyes, no mouth
                for _ in range(int(rng.integers(1, 4))):
                    spot = (at[0] + int(rng.uniform(-.6, .6) * size[0]), at[1] + int(rng.uniform(-.6, .6) * size[1]))
                    cv2.circle(x, spot, max(1, int(size[0] * .12)), rng.uniform(0, 120, 3).tolist(), -1, cv2.LINE_AA)
        else:
            cv2.rectangle(x, at, (at[0] + size[0], at[1] + size[1]), colour, -1)
    if rng.random() < .3:
        for _ in range(int(rng.integers(1, 4))):
            word = ''.join(chr(int(c)) for c in rng.integers(48, 91, int(rng.integers(3, 12))))
            cv2.putText(x, word, (int(rng.uniform(-10, w * .7)), int(rng.uniform(10, h))), int(rng.integers(0, 8)), rng.uniform(.3, 1.6), rng.uniform(0, 255, 3).tolist(), int(rng.integers(1, 4)), cv2.LINE_AA)
    return x


class Scenes:
    """Endless pictures; `rows` of the pack supply the faces."""

    def __init__(self, pack, rows, long_side=160):
        self.pack, self.rows, self.long = pack, rows, long_side
        self.images = {i: pack.decode(i) for i in rows}

    def image(self, rng, worn=True):
        i = self.rows[int(rng.integers(len(self.rows)))]
        image, p = self.images[i].copy(), self.pack.points[i].copy()
        if rng.random() < .5:
            image = image[:, ::-1].copy()
            p[:, 0] = image.shape[1] - 1 - p[:, 0]
            p = p[self.pack.mirror]
        if worn:
            wear(rng, image, p)
        return image, p

    def away_from_faces(self, rng, h, w):
        """Enlarged piece of a pack picture outside of its face: hair, collar, paper, trees."""
        image, p = self.image(rng, False)
        low, high = p.min(0), p.max(0)
        strips = [(0, 0, image.shape[1], low[1] - .10 * (high[1] - low[1])), (0, high[1] + .06 * (high[1] - low[1]), image.shape[1], image.shape[0]),
                  (0, 0, low[0] - 6, image.shape[0]), (high[0] + 6, 0, image.shape[1], image.shape[0])]
        strips = [s for s in strips if s[2] - s[0] > 24 and s[3] - s[1] > 24]
        if not strips:
            return paper(rng, h, w)
        x0, y0, x1, y1 = (int(v) for v in strips[int(rng.integers(len(strips)))])
        n = rng.uniform(.5, 1)
        cw, ch = max(16, int((x1 - x0) * n)), max(16, int((y1 - y0) * n))
        x, y = int(rng.integers(x0, max(x0 + 1, x1 - cw))), int(rng.integers(y0, max(y0 + 1, y1 - ch)))
        return cv2.resize(image[y:y + ch, x:x + cw], (w, h), interpolation=cv2.INTER_LINEAR).astype(np.float32)

    def backdrop(self, rng, h, w):
        r = rng.random()
        if r < .45:
            x = paper(rng, h, w)
        elif r < .58:
            x = pattern(rng, h, w)
        elif r < .72:
            x = rng.uniform(0, 255, 3).astype(np.float32) + noise_field(rng, h, w, int(rng.integers(2, 7))) * rng.uniform(5, 60)
        else:
            x = self.away_from_faces(rng, h, w)
        x = np.clip(x, 0, 255).astype(np.float32)
        return blobs(rng, np.ascontiguousarray(x)) if rng.random() < .25 else x

    def headless(self, rng, h, w):
        """A person whose face is not to be seen: covered by hair, by paper or by a piece of clothes."""
        image, p = self.image(rng, False)
        low, high = p.min(0), p.max(0)
        centre, half = (low + high) / 2, (high - low) / 2
        fill = image[min(image.shape[0] - 1, int(high[1] + 8)), int(centre[0])] if rng.random() < .3 else rng.uniform(0, 255, 3) if rng.random() < .4 else image[max(0, int(low[1] - .15 * half[1])), int(centre[0])]
        cv2.ellipse(image, (int(centre[0]), int(centre[1])), (int(half[0] * rng.uniform(1.05, 1.5)), int(half[1] * rng.uniform(1.1, 1.5))), 0, 0, 360, [float(v) for v in fill], -1, cv2.LINE_AA)
        size = face_box(p)[1]
        m = self.place(rng, p, size, h, w)[0]
        return self.warp(rng, image, m, w, h, cv2.BORDER_REPLICATE)

    def place(self, rng, p, size, h, w):
        share = math.exp(rng.uniform(math.log(.12), math.log(.8))) if rng.random() < .5 else rng.uniform(.24, .62)
        k = share * w / size
        turn = math.radians(rng.normal(0, 7) if rng.random() < .8 else rng.uniform(-40, 40))
        c, s = k * math.cos(turn), k * math.sin(turn)
        m = np.array([[c, -s, 0], [s, c, 0]], np.float64)
        half = share * w / 2
        low = np.array([min(half, w / 2), min(half, h / 2)])
        at = low + rng.random(2) * np.maximum(np.array([w, h]) - 2 * low, 0)
        if rng.random() < .6:  # portraits: in the middle
            at = np.array([w * rng.uniform(.4, .6), h * rng.uniform(.25, .6)])
        centre = face_box(p)[0]
        m[:, 2] = at - m[:, :2] @ centre
        return m, share * w, at

    def warp(self, rng, image, m, w, h, border, value=(0, 0, 0)):
        shrink = math.sqrt(abs(np.linalg.det(m[:, :2])))
        if shrink < .7:
            image = cv2.GaussianBlur(image, (0, 0), .38 / shrink)
        return cv2.warpAffine(image, m, (w, h), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=value)

    def cut_out(self, rng, p, m, h, w):
        """Soft mask of head, neck and shoulders, by the points alone."""
        q = apply(m, p)
        outline = q[CONTOUR]
        centre = outline.mean(0)
        outline = centre + (outline - centre) * np.array([rng.uniform(1.12, 1.5), rng.uniform(1.12, 1.5)], np.float32)
        mask_ = np.zeros((h, w), np.uint8)
        cv2.fillConvexPoly(mask_, cv2.convexHull(outline.astype(np.int32)), 255)
        size = float((q.max(0) - q.min(0)).max())
        chin = q[CHIN]
        body = np.array([chin + (-.25 * size, -.1 * size), chin + (.25 * size, -.1 * size), chin + (.3 * size, .15 * size), chin + (rng.uniform(.7, 1.2) * size, .5 * size),
                         chin + (1.2 * size, 4 * size), chin + (-1.2 * size, 4 * size), chin + (-rng.uniform(.7, 1.2) * size, .5 * size), chin + (-.3 * size, .15 * size)])
        cv2.fillPoly(mask_, [body.astype(np.int32)], 255)
        return cv2.GaussianBlur(mask_, (0, 0), rng.uniform(.5, 1.5)).astype(np.float32)[..., None] / 255

    def put(self, rng, x, faces):
        """One more face onto x, where there is room for it; False where there is none."""
        h, w = x.shape[:2]
        for _ in range(6):
            image, p = self.image(rng)
            m, size, at = self.place(rng, p, face_box(p)[1], h, w)
            if all(np.hypot(*(at - f[1:3])) > .62 * (size + f[0]) for f in faces):
                break
        else:
            return False
        if rng.random() < .6:
            soft = self.cut_out(rng, p, m, h, w)
            outside = self.warp(rng, np.full(image.shape[:2], 255, np.uint8), m, w, h, cv2.BORDER_CONSTANT)[..., None].astype(np.float32) / 255
            if rng.random() < .5:
                outside = np.ones_like(outside)
            soft = soft * outside
        else:
            soft = self.warp(rng, np.full(image.shape[:2], 255, np.uint8), m, w, h, cv2.BORDER_CONSTANT)[..., None].astype(np.float32) / 255
        x[:] = self.warp(rng, image, m, w, h, cv2.BORDER_REPLICATE) * soft + x * (1 - soft)
        faces.append(self.row(apply(m, p)))
        return True

    @staticmethod
    def row(q):
        centre, size = face_box(q)
        return np.concatenate([[size], centre, q[IRIS_L], q[IRIS_R], q[MOUTH_L], q[MOUTH_R]])

    def shape(self, rng):
        r = rng.random()
        ratio = .75 if r < .55 else 1 / 1.3333 if r < .6 else rng.uniform(.6, 1) if r < .85 else rng.uniform(1, 1.6)
        return (self.long, max(32, round(self.long * ratio))) if ratio <= 1 else (max(32, round(self.long / ratio)), self.long)

    def scene(self, rng):
        h, w = self.shape(rng)
        faces, r = [], rng.random()
        if r < .42:  # a picture as it is, its edges drawn out
            image, p = self.image(rng)
            m, _, _ = self.place(rng, p, face_box(p)[1], h, w)
            border = [cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT_101, cv2.BORDER_CONSTANT][int(rng.choice(3, p=[.7, .1, .2]))]
            x = self.warp(rng, image, m, w, h, border, rng.uniform(0, 255, 3).tolist())
            if border == cv2.BORDER_REFLECT_101:  # no second, mirrored face
                x = self.warp(rng, image, m, w, h, cv2.BORDER_REPLICATE)
            faces.append(self.row(apply(m, p)))
            x = x.astype(np.float32)
        elif r < .80:
            x = self.backdrop(rng, h, w)
            for _ in range(1 if rng.random() < .68 else int(rng.integers(2, 4))):
                self.put(rng, x, faces)
        elif r < .88:
            x = self.headless(rng, h, w).astype(np.float32)
        else:
            x = self.backdrop(rng, h, w)
            if rng.random() < .5:
                x = blobs(rng, np.ascontiguousarray(x))
        if rng.random() < .1:
            x = cv2.GaussianBlur(x, (0, 0), rng.uniform(.5, 1.6))
        x = photometric(rng, np.clip(x, 0, 255).astype(np.uint8))
        return x, np.array(faces, np.float32).reshape(-1, 11)
