#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Train the network that says whether a head is covered: a 64x64 crop of the head above the eyes -> 4x4 scores, whose
mean is the logit.

  train_cover.py --pack PACK_DIR --labels labels.csv --out OUT_DIR [--minutes 25] [--also PREFIX ...]
Crop: level with the eyes, 3.4 eye distances wide, its middle 1.0 above theirs. Most covers are drawn (caps, beanies, brims,
scarves, hoods, turbans, mortarboards, feathers) over bare heads; the rest are worn. labels.csv says which heads are `covered`
or `bare`, and which of them train nothing (`unseen_`).
"""
import argparse, csv, math, os, time
import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from train_points import Ema, Pack, apply, crop_matrix, photometric, to_input

SIZE, WORK, SIDE, ABOVE = 64, 96, 3.4, 1.0  # input; where covers are drawn; of the crop, in eye distances
EYE_L, EYE_R, SIDES = 8, 17, (49, 65)


# ------------------------------------------------------------------ what covers a head
class Head:
    """Places on the crop: u to the right, v up from the middle between the eyes, in eye distances; w half a face."""

    def __init__(self, p):
        a, b = p[EYE_L], p[EYE_R]
        self.d = float(np.linalg.norm(b - a))
        self.u = (b - a) / self.d
        self.v = np.array([self.u[1], -self.u[0]], np.float32)
        self.middle = (a + b) / 2
        self.w = float(np.clip(np.linalg.norm(p[SIDES[1]] - p[SIDES[0]]) / 2 / self.d, .9, 1.4))
        self.shift = float(np.dot((p[SIDES[0]] + p[SIDES[1]]) / 2 - self.middle, self.u)) / self.d

    def at(self, uv):
        uv = np.asarray(uv, np.float32)
        return self.middle + self.d * ((uv[:, :1] + self.shift) * self.u + uv[:, 1:] * self.v)


def region(head, uv, soft):
    m = np.zeros((WORK, WORK), np.float32)
    cv2.fillPoly(m, [np.round(head.at(uv) * 8).astype(np.int32)], 1, cv2.LINE_AA, 3)
    return cv2.GaussianBlur(m, (0, 0), soft) if soft > .2 else m


def smooth_noise(rng, cells):
    return cv2.resize(rng.normal(0, 1, (cells, cells)).astype(np.float32), (WORK, WORK), interpolation=cv2.INTER_CUBIC)


def cloth(rng, head):
    """Colours of some stuff over the whole crop, with folds or a pattern, lit from somewhere."""
    kind = rng.random()
    base = rng.uniform(0, 255, 3) if kind < .5 else np.full(3, rng.uniform(5, 250)) + rng.uniform(-12, 12, 3)
    if rng.random() < .3: base = rng.uniform(5, 60) * np.array([.7, .9, 1.1])
    out = np.ones((WORK, WORK, 3), np.float32) * base
    y, x = np.mgrid[:WORK, :WORK].astype(np.float32)
    u = ((x - head.middle[0]) * head.u[0] + (y - head.middle[1]) * head.u[1]) / head.d
    v = ((x - head.middle[0]) * head.v[0] + (y - head.middle[1]) * head.v[1]) / head.d
    what = rng.integers(0, 9) if rng.random() < .6 else 5
    angle, other = rng.uniform(0, math.pi), rng.uniform(0, 255, 3)
    along = u * math.cos(angle) + v * math.sin(angle)
    pattern = {0: 0 * u, 1: np.sin(along * rng.uniform(6, 40)), 2: np.sin(u * rng.uniform(20, 45)), 3: np.sin(v * rng.uniform(8, 45)),
               4: np.sin(u * 22) * np.sin(v * 22), 5: smooth_noise(rng, int(rng.integers(5, 14))), 6: smooth_noise(rng, 40),
               7: np.sin((v + rng.uniform(-.5, .5) * u + .35 * u * u) * rng.uniform(5, 16)), 8: np.sin(np.arctan2(u, v + 1.2) * rng.uniform(12, 40))}[int(what)]
    if rng.random() < .3 and what != 5:
        out = np.where((pattern > rng.uniform(-.6, .8))[..., None], other, out)
    else:
        out *= (1 + rng.uniform(.02, .25) * pattern)[..., None]
    if rng.random() < .25:  # a badge, a jewel or letters
        for _ in range(int(rng.integers(1, 4))):
            at = head.at([[rng.uniform(-.5, .5), rng.uniform(.9, 1.7)]])[0]
            cv2.ellipse(out, tuple(int(k) for k in at), (int(rng.uniform(1, .4 * head.d)), int(rng.uniform(1, .2 * head.d))), rng.uniform(0, 180), 0, 360, rng.uniform(0, 255, 3).tolist(), -1)
    shade = 1 + rng.uniform(-.35, .35) * (u - rng.uniform(-1, 1)) * .6 - rng.uniform(0, .4) * np.abs(u) ** 2 * .5 + .05 * smooth_noise(rng, 8)
    return np.clip(out * np.clip(shade, .3, 1.6)[..., None], 0, 255)


def lay(image, mask, colours):
    image[:] = (image * (1 - mask[..., None]) + colours * mask[..., None]).astype(np.uint8)


def shadow(rng, image, head, low):
    mask = region(head, [(-head.w, low), (head.w, low), (head.w, low - rng.uniform(.1, .45)), (-head.w, low - rng.uniform(.1, .45))], .12 * head.d)
    image[:] = (image * (1 - rng.uniform(0, .55) * mask[..., None])).astype(np.uint8)


def arc(left, right, ends, middle, n=13):
    """From left to right, at `ends` outside and `middle` in between."""
    t = np.linspace(-1, 1, n)
    return np.stack([left + (right - left) * (t + 1) / 2, middle + (ends - middle) * t * t], 1)


def dome(rng, half, low_ends, low_middle, top, square):
    t = np.linspace(0, math.pi, 25)
    x = np.sign(np.cos(t)) * np.abs(np.cos(t)) ** square * half
    y = low_ends + (top - low_ends) * np.abs(np.sin(t)) ** square
    return np.concatenate([np.stack([x, y], 1), arc(-half, half, low_ends, low_middle)])


def cap(rng, image, head):
    """Beanie, cap, beret, helmet: a dome, perhaps with a peak, a fold or a bobble."""
    low, half = rng.uniform(.38, .95), head.w * rng.uniform(1.0, 1.25)
    top, ends = rng.uniform(1.95, 2.7), low + rng.uniform(-.55, .15)
    colours = cloth(rng, head)
    shadow(rng, image, head, low)
    uv = dome(rng, half, ends, low, top, rng.uniform(.6, 1.05))
    if rng.random() < .2: uv[:, 0] += np.clip(uv[:, 1] - 1.2, 0, 2) * rng.uniform(-.5, .5)
    lay(image, region(head, uv, rng.uniform(0, 1)), colours)
    kind = rng.random()
    if kind < .35:  # a peak, from above or from before
        drop = rng.uniform(.1, .5)
        peak = np.concatenate([arc(-half * .95, half * .95, low - drop * rng.uniform(.2, 1), low - drop), arc(half * .95, -half * .95, ends + .1, low + rng.uniform(.05, .3))])
        lay(image, region(head, peak, rng.uniform(0, .8)), cloth(rng, head) if rng.random() < .4 else colours * rng.uniform(.4, .9))
    elif kind < .65:  # a fold
        band = np.concatenate([arc(-half * 1.04, half * 1.04, ends - .04, low - .04), arc(half * 1.04, -half * 1.04, ends + rng.uniform(.25, .5), low + rng.uniform(.25, .6))])
        lay(image, region(head, band, rng.uniform(0, .8)), colours * rng.uniform(.7, 1.2) if rng.random() < .6 else cloth(rng, head))


def brimmed(rng, image, head):
    low = rng.uniform(.45, 1.0)
    half, crown, top = head.w * rng.uniform(1.25, 2.1), head.w * rng.uniform(.8, 1.12), rng.uniform(1.8, 2.8)
    colours = cloth(rng, head)
    thick, bend = rng.uniform(.08, .4), rng.uniform(-.3, .45)
    shadow(rng, image, head, low)
    brim = np.concatenate([arc(-half, half, low + bend, low - rng.uniform(0, .12)), arc(half, -half, low + bend + .05, low + thick)])
    narrow = crown * rng.uniform(.65, 1.05)
    body = [(-crown, low + thick * .4)] + [tuple(k) for k in arc(-narrow, narrow, top - rng.uniform(0, .35), top)] + [(crown, low + thick * .4)]
    soft = rng.uniform(0, .9)
    lay(image, region(head, body, soft), colours)
    if rng.random() < .6:
        band = np.concatenate([arc(-crown, crown, low + thick * .4, low + thick * .4), arc(crown * .97, -crown * .97, low + rng.uniform(.3, .6), low + rng.uniform(.3, .6))])
        lay(image, region(head, band, soft), cloth(rng, head))
    lay(image, region(head, brim, soft), colours * rng.uniform(.55, 1.15))


def scarf(rng, image, head):
    """Round the face: headscarf, hood, ghutra, fur hat; the face stays in an opening."""
    half, top = head.w * rng.uniform(1.2, 1.75), rng.uniform(1.9, 2.6)
    low, inner = rng.uniform(.45, 1.15), head.w * rng.uniform(.86, 1.06)
    outer = np.concatenate([dome(rng, half, .3, .3, top, rng.uniform(.65, 1))[:25], [(-half * rng.uniform(1, 1.3), -2.2), (half * rng.uniform(1, 1.3), -2.2)]])
    opening = np.concatenate([dome(rng, inner, -.2, -.2, low, rng.uniform(.6, 1))[:25], [(-inner * rng.uniform(.8, 1), -2.4), (inner * rng.uniform(.8, 1), -2.4)]])
    soft = rng.uniform(0, 1)
    mask = np.clip(region(head, outer, soft) - region(head, opening, soft), 0, 1)
    lay(image, mask, cloth(rng, head))
    if rng.random() < .2:  # a cord, or a second cloth below
        band = np.concatenate([arc(-half, half, low - .1, low + .35), arc(half, -half, low + .1, low + rng.uniform(.45, .7))])
        lay(image, region(head, band, soft), cloth(rng, head))


def turban(rng, image, head):
    low, half, top = rng.uniform(.4, .95), head.w * rng.uniform(1.1, 1.5), rng.uniform(1.9, 2.8)
    shadow(rng, image, head, low)
    for k in range(int(rng.integers(1, 5))):
        lean = rng.uniform(-.3, .3)
        uv = dome(rng, half * (1 - .06 * k), low + rng.uniform(-.4, .1), low + .2 * k * rng.random(), top - .05 * k, rng.uniform(.55, 1))
        uv[:, 1] += lean * uv[:, 0] * (k > 0)
        lay(image, region(head, uv, rng.uniform(0, .7)), cloth(rng, head) if k == 0 else np.clip(cloth(rng, head) * .3 + image * .7, 0, 255))


def board(rng, image, head):
    """A mortarboard, with its tassel."""
    low, half = rng.uniform(.55, 1.05), head.w * rng.uniform(.95, 1.1)
    colours = np.clip(cloth(rng, head) * .15 + rng.uniform(0, 60), 0, 255)
    lay(image, region(head, dome(rng, half, low - .2, low, rng.uniform(1.5, 1.9), .7), .4), colours)
    wide, y, tall = head.w * rng.uniform(1.4, 2), rng.uniform(1.45, 1.9), rng.uniform(.12, .5)
    lay(image, region(head, [(-wide, y), (rng.uniform(-.2, .2), y - tall), (wide, y + rng.uniform(-.1, .1)), (rng.uniform(-.2, .2), y + tall)], .4), colours * rng.uniform(.8, 1.4))
    if rng.random() < .7:
        side = rng.choice([-1, 1]) * wide * rng.uniform(.5, .9)
        lay(image, region(head, [(0, y), (side, y - .05), (side, y - rng.uniform(.3, 1)), (side * .93, y - .3), (side * .93, y), (0, y + .05)], .2), cloth(rng, head))


def feathers(rng, image, head):
    """Feathers, flowers or fur in a ring above the brow, over a band."""
    low, half = rng.uniform(.5, 1), head.w * rng.uniform(1.05, 1.3)
    tall, n = rng.uniform(1.0, 2.2), int(rng.integers(7, 26))
    for t in np.linspace(.05, math.pi - .05, n):
        a, b = np.array([math.cos(t) * half, low + math.sin(t) * .8]), np.array([math.cos(t) * (half + tall * .7), low + .3 + math.sin(t) * (1 + tall) * rng.uniform(.8, 1)])
        side = np.array([-(b - a)[1], (b - a)[0]]) / np.linalg.norm(b - a) * rng.uniform(.08, .2)
        lay(image, region(head, [a - side, b - side * .7, b + side * .7, a + side], .3), np.full(3, rng.uniform(20, 250)) if rng.random() < .6 else rng.uniform(0, 255, 3))
    lay(image, region(head, dome(rng, half, low - .1, low, low + rng.uniform(.9, 1.4), .8), .4), cloth(rng, head))


COVERS = [(cap, .36), (brimmed, .22), (scarf, .17), (turban, .11), (board, .06), (feathers, .08)]


def drawn_hair(rng, image, head):
    """Not a cover: hair drawn like one, so that to be drawn says nothing."""
    hue = np.array([rng.uniform(.5, .95), rng.uniform(.7, 1), 1]) * rng.uniform(8, 90) if rng.random() < .6 else rng.uniform(20, 230, 3)
    low, half = rng.uniform(.2, 1.25), head.w * rng.uniform(1.0, 1.3)
    y, x = np.mgrid[:WORK, :WORK].astype(np.float32)
    strands = np.sin((np.arctan2(x - head.middle[0], head.middle[1] - y + head.d) * rng.uniform(30, 90)) + 2 * smooth_noise(rng, 12))
    colours = np.clip(hue * (1 + .25 * strands + .12 * smooth_noise(rng, 30))[..., None] * (1 + .3 * smooth_noise(rng, 4))[..., None], 0, 255)
    uv = dome(rng, half, rng.uniform(-1.5, .6), low, rng.uniform(1.6, 2.2), rng.uniform(.8, 1.05))
    n = len(uv) - 25
    uv[25:, 1] += rng.normal(0, rng.uniform(.02, .12), n)
    if rng.random() < .4: uv[25:, 1] += np.linspace(-1, 1, n) * rng.uniform(-.4, .4)
    lay(image, region(head, uv, rng.uniform(.3, 1.4)), colours)


def dye(rng, image, head):
    """Nor is this: the hair that is there, in another colour or darker."""
    mask = region(head, dome(rng, head.w * 1.35, -.2, rng.uniform(.6, 1.1), 2.3, .8), 2.5)
    light = image.mean(2, keepdims=True) / 255
    colour = rng.uniform(0, 255, 3) if rng.random() < .6 else rng.uniform(5, 60, 3)
    lay(image, mask * rng.uniform(.4, .9), np.clip(colour * light ** rng.uniform(.4, 1) * 1.6, 0, 255))


def clutter(rng, image, head):
    """Behind or over the head, and no cover: bars, letters, another background."""
    if rng.random() < .5:
        y = int(rng.uniform(0, .42) * WORK)
        image[:y] = rng.uniform(0, 40) if rng.random() < .7 else rng.uniform(0, 255, 3)
        if rng.random() < .7: cv2.putText(image, "%d image" % rng.integers(0, 99999), (int(rng.integers(-20, 30)), max(y - 3, 4)), cv2.FONT_HERSHEY_SIMPLEX, rng.uniform(.25, .5), (255, 255, 255), 1, cv2.LINE_AA)
    else:
        u = head.w * rng.uniform(1.5, 2.5) * rng.choice([-1, 1])
        lay(image, region(head, [(u, -3), (u, 4), (4 * np.sign(u), 4), (4 * np.sign(u), -3)], rng.uniform(0, 3)), cloth(rng, head))


# ------------------------------------------------------------------ data
class Heads(torch.utils.data.Dataset):
    def __init__(self, pack, items, train):
        self.pack, self.items, self.train, self.images = pack, items, train, {}

    def __len__(self): return len(self.items)

    def __getitem__(self, j):
        i, covered = self.items[j]
        rng = np.random.default_rng(None if self.train else j); jitter = float(self.train)
        if i not in self.images: self.images[i] = self.pack.decode(i)
        image, p = self.images[i], self.pack.points[i].copy()
        if self.train and rng.random() < .5:
            image = image[:, ::-1]; p[:, 0] = image.shape[1] - 1 - p[:, 0]; p = p[self.pack.mirror]
        a, b = p[EYE_L], p[EYE_R]; d = float(np.linalg.norm(b - a)); u = (b - a) / d
        side = SIDE * d * math.exp(rng.uniform(-.1, .1) * jitter)
        centre = (a + b) / 2 + ABOVE * d * np.array([u[1], -u[0]]) + rng.uniform(-.1, .1, 2) * d * jitter
        m = crop_matrix(centre, side, math.atan2(u[1], u[0]) + rng.normal(0, .04) * jitter, WORK)
        if WORK / side < .8: image = cv2.GaussianBlur(image, (0, 0), .35 * side / WORK)
        x = cv2.warpAffine(image, m, (WORK, WORK), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if self.train:
            x = np.ascontiguousarray(x); head = Head(apply(m, p))
            if rng.random() < .2: clutter(rng, x, head)
            if not covered and rng.random() < .15: dye(rng, x, head)
            if not covered and rng.random() < .35: drawn_hair(rng, x, head)
            if not covered and rng.random() < .5:
                covered = 1
                COVERS[int(rng.choice(len(COVERS), p=[k[1] for k in COVERS]))][0](rng, x, head)
        x = cv2.resize(x, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        if self.train: x = photometric(rng, x)
        return torch.from_numpy(x[:, :, ::-1].transpose(2, 0, 1).copy()), np.float32(covered)


# ------------------------------------------------------------------ network
class Cover(nn.Module):
    def __init__(self):
        super().__init__()
        widths, strides = (16, 32, 32, 48, 48, 64, 64), (2, 2, 1, 2, 1, 2, 1)
        layers, before = [], 3
        for w, s in zip(widths, strides):
            layers += [nn.Conv2d(before, w, 3, s, 1, bias=False), nn.BatchNorm2d(w), nn.ReLU()]
            before = w
        self.body, self.last = nn.Sequential(*layers), nn.Conv2d(before, 1, 1)

    def forward(self, x): return self.last(self.body(x))


def logit(net, x): return net(x).mean((1, 2, 3))


def report(name, score, truth):
    bare, worn = score[truth == 0], score[truth == 1]
    line = f'{name}: bare {len(bare)}, above .5 {np.mean(bare > .5) * 100 if len(bare) else 0:.2f} %, .8 {np.mean(bare > .8) * 100 if len(bare) else 0:.2f} %'
    if len(worn): line += f'; covered {len(worn)}, above .5 {np.mean(worn > .5) * 100:.1f} %, .8 {np.mean(worn > .8) * 100:.1f} %'
    print(line, flush=True)


def main():
    a = argparse.ArgumentParser(); a.add_argument('--pack', required=True); a.add_argument('--labels', required=True); a.add_argument('--out', required=True)
    a.add_argument('--minutes', type=float, default=45); a.add_argument('--lr', type=float, default=3e-3); a.add_argument('--batch', type=int, default=64)
    a.add_argument('--workers', type=int, default=0); a.add_argument('--init'); a.add_argument('--public', action='store_true', help='without the generated faces')
    o = a.parse_args(); os.makedirs(o.out, exist_ok=True); torch.set_num_threads(1); torch.manual_seed(3)
    pack = Pack(o.pack); label = {r['file']: r['labels'].split() for r in csv.DictReader(open(o.labels))}
    known = {}
    for i, f in enumerate(pack.files):
        said = label.get(f, [])
        for held in (False, True):
            for covered, word in ((1, 'covered'), (0, 'bare')):
                if ('unseen_' + word if held else word) in said: known[i] = held, covered
    train, held = [], {}
    for i, (unseen, covered) in known.items():
        made = pack.files[i].startswith(('t2i_', 'sfhq_'))
        if unseen: held.setdefault('generated' if made else 'public', []).append((i, covered))
        elif not (made and o.public): train += [(i, covered)] * (1 if not covered else 3 if made else 10)
    print({k: (len(v), sum(t for _, t in v)) for k, v in dict(held, train=train).items()}, flush=True)
    data = torch.utils.data.DataLoader(Heads(pack, train, True), o.batch, shuffle=True, num_workers=o.workers, drop_last=True)
    net, shadow = Cover().to(memory_format=torch.channels_last), Cover()
    if o.init: net.load_state_dict(torch.load(o.init, map_location='cpu'))
    ema = Ema(net)
    opt = torch.optim.AdamW(net.parameters(), lr=o.lr, weight_decay=3e-3)
    start, step, done, epoch, shown = time.time(), 0, 0.0, 0, 0
    while done < 1:
        net.train(); total = []
        for x, t in data:
            done = (time.time() - start) / (60 * o.minutes)
            for g in opt.param_groups: g['lr'] = o.lr * min(1, (step + 1) / 100) * (.5 + .5 * math.cos(math.pi * min(done, 1))) + 1e-6
            loss = F.binary_cross_entropy_with_logits(logit(net, to_input(x).contiguous(memory_format=torch.channels_last)), .02 + .96 * t)
            opt.zero_grad(set_to_none=True); loss.backward(); torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0); opt.step(); ema.update(net)
            step += 1; total.append(float(loss))
            if done >= 1: break
        epoch += 1; shadow.load_state_dict(ema.state); shadow.eval()
        if done < 1 and time.time() - shown < 120: continue
        shown = time.time(); print(f'epoch {epoch} step {step} done {done:.2f} loss {np.mean(total):.4f}', flush=True)
        for name, items in held.items():
            with torch.no_grad():
                score = np.concatenate([torch.sigmoid(logit(shadow, to_input(x))).numpy() for x, _ in torch.utils.data.DataLoader(Heads(pack, items, False), 128)])
            report(name, score, np.array([t for _, t in items]))
            with open(os.path.join(o.out, name + '.csv'), 'w') as file:
                file.writelines(f'{pack.files[i]},{t},{s:.4f}\n' for (i, t), s in zip(items, score))
        torch.save(ema.state, os.path.join(o.out, 'head_cover.pt'))
    torch.onnx.export(shadow.eval(), torch.zeros(1, 3, SIZE, SIZE), os.path.join(o.out, 'head_cover.onnx'), opset_version=11, input_names=['head'], output_names=['scores'], do_constant_folding=True)


if __name__ == '__main__': main()
