#!/usr/bin/env python3
"""Train the face-point network: one RGB face crop -> K points.

  train.py --pack PACK_DIR --out OUT_DIR [--minutes 27 | --epochs 70] [--size 128] [--width 0.75]
  train.py --pack PACK_DIR --out OUT_DIR --export WEIGHTS.pt        (only ONNX export and check)
--init FILE begins with weights (.pt) or with an exported file (.onnx).

PACK_DIR holds img/*.jpg, points.csv (file,source,licence,split,x0,y0,x1,y1,...) and points_index.csv
(index,name,mirror,weight,meaning). Needs numpy, OpenCV and PyTorch; runs on CPU or CUDA.
"""
import argparse, csv, math, os, time
import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

NOMINAL_CROP = 1.40      # crop side / face size; face size = longer side of the box around all points
cv2.setNumThreads(1)
# ------------------------------------------------------------------ data
class Pack:
    def __init__(self, folder, table='points.csv'):
        index = list(csv.DictReader(open(os.path.join(folder, 'points_index.csv'))))
        self.names = [r['name'] for r in index]
        self.mirror = np.array([int(r['mirror']) for r in index])
        self.weight = np.array([float(r['weight']) for r in index], np.float32)
        self.images, self.points, self.split, self.files, self.trusted = [], [], [], [], []
        for row in csv.DictReader(open(os.path.join(folder, table))):
            jpeg = np.fromfile(os.path.join(folder, 'img', row['file']), np.uint8)
            self.images.append(jpeg)                     # kept compressed, decoded on use
            self.points.append(np.array([[float(row[f'x{i}']), float(row[f'y{i}'])] for i in range(len(index))], np.float32))
            self.split.append(row['split']); self.files.append(row['file'])
            named = row.get('trusted', '').split()                # points that the loss asks about, all if none is named
            self.trusted.append(np.array([not named or str(i) in named for i in range(len(index))], np.float32))
        self.id = {n: i for i, n in enumerate(self.names)}

    def decode(self, i): return cv2.imdecode(self.images[i], cv2.IMREAD_COLOR)

def face_box(points):
    low, high = points.min(0), points.max(0)
    return (low + high) / 2, float((high - low).max())

def crop_matrix(centre, side, angle, out):
    """2x3 matrix image -> crop; `angle` (radians) is the roll that the crop removes."""
    c, s = math.cos(angle) * out / side, math.sin(angle) * out / side
    m = np.array([[c, s, 0], [-s, c, 0]], np.float64)
    m[:, 2] = out / 2 - m[:, :2] @ np.asarray(centre, np.float64)
    return m

def apply(m, points): return points @ m[:, :2].T.astype(np.float32) + m[:, 2].astype(np.float32)

# ------------------------------------------------------------------ augmentation
def squeeze_eye(image, points, ids, factor, low=.6):
    """Close (factor < 1) or widen an eye by a local warp along the eye's own axis; moves the points of its lids
    and corners. The lids meet at `low` of the way from the upper to the lower one; the iris stays where it is."""
    corners, inner = points[ids[0]], points[ids[4]]
    centre, axis = (corners + inner) / 2, inner - corners
    half = float(np.linalg.norm(axis)) / 2
    if half < 4: return
    u = axis / (2 * half); v = np.array([-u[1], u[0]], np.float32)
    lids = (points[ids] - centre) @ v
    upper, lower = float(lids.min()), float(lids.max())
    if lower - upper < 1: return
    keep = lower * low + upper * (1 - low)
    reach = 1.25 * half
    x0, y0 = np.floor(centre - 1.5 * half).astype(int); x1, y1 = np.ceil(centre + 1.5 * half).astype(int)
    x0, y0 = max(x0, 0), max(y0, 0); x1, y1 = min(x1, image.shape[1]), min(y1, image.shape[0])
    if x1 - x0 < 6 or y1 - y0 < 6: return
    gx, gy = np.meshgrid(np.arange(x0, x1, dtype=np.float32), np.arange(y0, y1, dtype=np.float32))
    a, b = ((gx - centre[0]) * w[0] + (gy - centre[1]) * w[1] for w in (u, v))

    def profile(a):                                       # how strongly the column at a is squeezed
        return np.where(np.abs(a) < 1.3 * half, np.sqrt(np.maximum(np.cos(a / (1.3 * half) * math.pi / 2), 0)), 0.0)
    f = 1 + (factor - 1) * profile(a)
    d = b - keep
    span = np.where(d < 0, (keep - upper) * 1.1 + 0.5, (lower - keep) * 1.1 + 0.5)
    inside = np.abs(d) < span * f
    outer = span + (np.abs(d) - span * f) * (reach - span) / np.maximum(reach - span * f, 1e-3)
    src = np.where(inside, d / np.maximum(f, 1e-3), np.sign(d) * np.where(np.abs(d) < reach, outer, np.abs(d)))
    delta = (src - d).astype(np.float32)
    image[y0:y1, x0:x1] = cv2.remap(image, gx + delta * v[0], gy + delta * v[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    for i in ids[:8]:
        p = points[i] - centre
        along, across = float(p @ u), float(p @ v)
        k = 1 + (factor - 1) * float(profile(np.float32(along)))
        points[i] = centre + along * u + (keep + (across - keep) * k) * v

def replace_background(rng, crop, points, ids):
    outline = points[ids].copy(); centre = outline.mean(0)
    outline = centre + (outline - centre) * np.array([rng.uniform(1.1, 1.5), rng.uniform(1.1, 1.45)], np.float32)
    mask = np.zeros(crop.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(outline.astype(np.int32)), 255)
    n = crop.shape[0]
    cv2.rectangle(mask, (int(centre[0] - n * .2), int(centre[1])), (int(centre[0] + n * .2), n), 255, -1)   # neck
    soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.6, 3)).astype(np.float32)[..., None] / 255
    base = np.array([255, 197, 100], np.float32) if rng.random() < .4 else rng.uniform(0, 255, 3)
    ramp = np.linspace(-1, 1, n, dtype=np.float32) * rng.uniform(0, 40)
    back = np.clip(base + (ramp[:, None, None] if rng.random() < .5 else ramp[None, :, None]), 0, 255)
    return crop * soft + back * (1 - soft)

def photometric(rng, x):
    h, n = x.shape[:2]
    if rng.random() < .3:
        k = rng.uniform(.3, .9); x = cv2.resize(cv2.resize(x, None, fx=k, fy=k, interpolation=cv2.INTER_AREA), (n, h))
    if rng.random() < .2:
        if rng.random() < .7: x = cv2.GaussianBlur(x, (0, 0), rng.uniform(.4, 1.8))
        else:
            k = int(rng.integers(3, 8)); x = cv2.filter2D(x, -1, (np.eye(k) if rng.random() < .5 else np.full((1, k), 1.0)) / k)
    x = x.astype(np.float32)
    if rng.random() < .5: x = 255 * (np.clip(x, 0, 255) / 255) ** math.exp(rng.normal(0, .35))
    x = x * math.exp(rng.normal(0, .18)) + rng.normal(0, 12)
    x = (x - x.mean()) * math.exp(rng.normal(0, .15)) + x.mean()
    if rng.random() < .5: x = x * np.exp(rng.normal(0, .1, 3)).astype(np.float32)
    if rng.random() < .12: x = np.repeat(x.mean(2, keepdims=True), 3, 2)
    if rng.random() < .15:                                                     # light from one side
        ramp = np.linspace(1 - rng.uniform(0, .5), 1 + rng.uniform(0, .5), n, dtype=np.float32)[None, :, None]
        x = x * (ramp if rng.random() < .5 else ramp[:, ::-1])
    if rng.random() < .35: x = x + rng.normal(0, rng.uniform(1, 14), x.shape)
    x = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < .35: x = cv2.imdecode(cv2.imencode('.jpg', x, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 90))])[1], 1)
    return x

def occlude(rng, x):
    n = x.shape[0]
    for _ in range(int(rng.integers(1, 3))):
        w, h = (rng.uniform(.06, .35, 2) * n).astype(int); cx, cy = (rng.random(2) * n).astype(int)
        if rng.random() < .5:
            cv2.ellipse(x, (int(cx), int(cy)), (int(w / 2) + 1, int(h / 2) + 1), rng.uniform(0, 180), 0, 360, rng.uniform(0, 255, 3).tolist(), -1)
        else:                                                                   # a piece of the same crop, moved
            sx, sy = rng.integers(0, n - w), rng.integers(0, n - h); tx, ty = min(int(cx), n - w), min(int(cy), n - h)
            x[ty:ty + h, tx:tx + w] = x[sy:sy + h, sx:sx + w].copy()
    return x

def long_hair(rng, x, p, ids):
    """Strands down over the temples, the ears and what is outermost of the cheeks; the points stay."""
    n = x.shape[0]; contour = p[ids]; left, right = contour[:, 0].min(), contour[:, 0].max(); face = right - left
    top, eyes, low = p[:, 1].min() - .2 * face, p[[8, 17], 1].mean(), contour[:, 1].max()
    shade = rng.uniform(8, 150) * np.array([1, rng.uniform(1, 1.25), rng.uniform(1, 1.5)])
    for side in (0, 1) if rng.random() < .75 else (int(rng.integers(2)),):
        edge, out = (left, -1) if side == 0 else (right, 1)
        end = rng.uniform(eyes + .2 * face, low + .5 * face); wave = rng.uniform(0, 2 * math.pi)
        y = np.linspace(top, end, 24); t = (y - top) / (end - top)
        cover = rng.uniform(-.02, .13) * face * np.clip((y - top) / (eyes - top), 0, 1) + .02 * face * np.sin(3 * t + wave)
        inner = np.where(y < eyes, (left + right) / 2 + out * face * (.1 + .4 * np.clip((y - top) / (eyes - top), 0, 1)), edge) - out * cover
        outer = edge + out * face * (rng.uniform(.05, .3) + .05 * np.sin(2 * t))
        area = np.zeros((n, n), np.uint8)
        cv2.fillPoly(area, [np.concatenate([np.stack([inner, y], 1), np.stack([outer, y], 1)[::-1]]).round().astype(np.int32)], 255)
        streaks = cv2.GaussianBlur(rng.normal(0, 1, (n, n)).astype(np.float32), (0, 0), sigmaX=.6, sigmaY=9)
        hair = np.clip(shade * (1 + rng.uniform(.1, .5) * streaks / (streaks.std() + 1e-6))[..., None], 0, 255)
        soft = cv2.GaussianBlur(area, (0, 0), rng.uniform(.5, 1.2)).astype(np.float32)[..., None] / 255
        x = (x * (1 - soft) + hair * soft).astype(np.uint8)
    return x

def hide(rng, x, p, eyes):
    """What leaves hardly a face: masks, dark glasses, half in the dark, a sheet of paper, coloured light. In eye distances from
    the eyes' middle."""
    a, b = p[eyes[0][8]], p[eyes[1][8]]; middle, u = (a + b) / 2, b - a; v = np.array([-u[1], u[0]], np.float32); x = x.copy()

    def patch(left, top, right, bottom, colour):
        corners = [middle + s * u + t * v for s, t in ((left, top), (right, top), (right, bottom), (left, bottom))]
        cv2.fillConvexPoly(x, np.array(corners).round().astype(np.int32), colour)

    def shade(low, high): return (rng.uniform(low, high) * np.exp(rng.normal(0, .05, 3))).clip(0, 255).tolist()
    kind = rng.random()
    if kind < .12: patch(-1.2, rng.uniform(-.5, -.1), 1.2, 2.5, shade(20, 250))
    elif kind < .24:
        light = rng.uniform(.02, .9, 3).astype(np.float32); x = (x * light + (255 * rng.uniform(0, .08, 3))).clip(0, 255).astype(np.uint8)
    else:
        if rng.random() < .6: patch(-1.2, rng.uniform(.1, .8), 1.2, 2.5, shade(20, 250))
        if rng.random() < .45: patch(-rng.uniform(.9, 1.3), -rng.uniform(.2, .4), rng.uniform(.9, 1.3), rng.uniform(.15, .4), shade(5, 60))
        if rng.random() < .35:
            side = rng.uniform(0, .4) * (1 if rng.random() < .5 else -1)
            patch(*((-1.3, -1.2, side, 2.5) if rng.random() < .5 else (side, -1.2, 1.3, 2.5)), shade(5, 60))
    return x

class Faces(torch.utils.data.Dataset):
    """With `hidden`, one more picture of each: the same crop, hardly a face."""
    def __init__(self, pack, rows, size, train, hidden=False):
        self.pack, self.rows, self.size, self.train, self.hidden = pack, rows, size, train, hidden
        g = pack.id
        self.eyes = [[g[f'eye_{s}_{k}'] for k in ('out', 'u1', 'u2', 'u3', 'inn', 'd3', 'd2', 'd1', 'c')] for s in 'lr']
        self.contour = list(range(g['forehead_side_l'] - 1, len(pack.names)))

    def __len__(self): return len(self.rows)
    def __getitem__(self, j):
        i = self.rows[j]; image = self.pack.decode(i); points = self.pack.points[i].copy(); n = self.size
        rng = np.random.default_rng(None if self.train else i)
        jitter = 1.0 if self.train else 0.5
        if self.train:
            r = rng.random()
            if r < .22:
                f = rng.uniform(.02, .75) if r < .17 else rng.uniform(1.05, 1.35)
                for e in self.eyes if rng.random() < .85 else [self.eyes[int(rng.integers(2))]]: squeeze_eye(image, points, e, f * rng.uniform(.9, 1.1))
            if rng.random() < .5:
                image = image[:, ::-1]; points[:, 0] = image.shape[1] - 1 - points[:, 0]; points = points[self.pack.mirror]
        centre, face = face_box(points)
        roll = math.atan2(*(points[self.eyes[1][8]] - points[self.eyes[0][8]])[::-1])
        wide = rng.random() < .6                          # wide jitter: first pass from a detector; narrow: second pass
        if wide: side, shift, turn = math.exp(rng.uniform(math.log(.8), math.log(1.25))), .10, math.radians(25)
        else: side, shift, turn = math.exp(rng.uniform(math.log(.88), math.log(1.02))), .03, math.radians(4)
        angle = rng.uniform(-turn, turn) * jitter + (0 if wide and abs(roll) < .3 else roll)
        m = crop_matrix(centre + rng.uniform(-shift, shift, 2) * face * jitter, face * NOMINAL_CROP * side ** jitter, angle, n)
        if self.train and rng.random() < .3:              # slight stretch
            k = np.diag([math.exp(rng.normal(0, .04)), math.exp(rng.normal(0, .04))]); m[:, :2] = k @ m[:, :2]; m[:, 2] = k @ m[:, 2] + (1 - np.diag(k)) * n / 2
        shrink = math.sqrt(abs(np.linalg.det(m[:, :2])))
        if shrink < .7: image = cv2.GaussianBlur(image, (0, 0), .35 / shrink)
        fill = rng.integers(0, 255, 3).tolist() if self.train else (127, 127, 127)
        mode = cv2.BORDER_REPLICATE if not self.train or rng.random() < .6 else cv2.BORDER_CONSTANT
        x = cv2.warpAffine(image, m, (n, n), flags=cv2.INTER_LINEAR, borderMode=mode, borderValue=fill)
        p = apply(m, points); more = ()
        if self.hidden: more = (torch.from_numpy(photometric(rng, hide(rng, x, p, self.eyes))[:, :, ::-1].transpose(2, 0, 1).copy()),)
        if self.train:
            if rng.random() < .25: x = replace_background(rng, x.astype(np.float32), p, self.contour)
            if rng.random() < .15: x = long_hair(rng, x, p, self.contour)
            x = photometric(rng, x)
            if rng.random() < .3: x = occlude(rng, x)
        x = x[:, :, ::-1].transpose(2, 0, 1).copy()       # BGR -> RGB planes
        return torch.from_numpy(x), torch.from_numpy((p / n).astype(np.float32)), np.float32(face * shrink / n), self.pack.trusted[i], *more

# ------------------------------------------------------------------ network
def conv(i, o, k=3, s=1, g=1):
    return nn.Sequential(nn.Conv2d(i, o, k, s, k // 2, groups=g, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))

class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a = conv(c, c); self.b = nn.Sequential(nn.Conv2d(c, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c))
    def forward(self, x): return F.relu(x + self.b(self.a(x)))

class FacePoints(nn.Module):
    """Small encoder-decoder; one heat map per point at 1/4 resolution; soft-argmax gives x,y in 0..1."""
    def __init__(self, k, width=1.0, size=128):
        super().__init__()
        c = [int(round(v * width / 8) * 8) for v in (16, 32, 64, 96, 128)]; d = int(round(64 * width / 8) * 8)
        self.stem = conv(3, c[0], 3, 2)
        self.d4 = nn.Sequential(conv(c[0], c[1], 3, 2))
        self.d8 = nn.Sequential(conv(c[1], c[2], 3, 2), Residual(c[2]))
        self.d16 = nn.Sequential(conv(c[2], c[3], 3, 2), Residual(c[3]))
        self.d32 = nn.Sequential(conv(c[3], c[4], 3, 2), Residual(c[4]))
        self.l32, self.l16, self.l8, self.l4 = conv(c[4], d, 1), conv(c[3], d, 1), conv(c[2], d, 1), conv(c[1], d, 1)
        self.u16, self.u8 = conv(d, d), conv(d, d)
        self.u4 = nn.Sequential(conv(d, d, 3, g=d), conv(d, d, 1), conv(d, d, 3, g=d), conv(d, d, 1))
        self.head = nn.Conv2d(d, k, 1); self.k = k; self.set_size(size)

    def set_size(self, size):
        n = size // 4; t = (torch.arange(n, dtype=torch.float32) + .5) / n
        grid = torch.stack([t.repeat(n), t.repeat_interleave(n)], 1)       # x, y of every cell
        self.grid = grid.to(next(self.parameters()).device); self.cells = n

    def maps(self, x):
        a = self.d4(self.stem(x)); b = self.d8(a); c = self.d16(b); d = self.d32(c)
        up = lambda t: F.interpolate(t, scale_factor=2.0, mode='nearest')
        y = self.u16(up(self.l32(d)) + self.l16(c))
        y = self.u8(up(y) + self.l8(b))
        return self.head(self.u4(up(y) + self.l4(a)))

    def forward(self, x):
        h = self.maps(x).reshape(-1, self.k, self.cells * self.cells)
        return torch.matmul(torch.softmax(h, -1), self.grid)

def to_input(x): return (x.float() - 127.5) / 127.5
# ------------------------------------------------------------------ loss
def wing(d, w=.06, eps=.008):                             # units: face sizes
    c = w - w * math.log(1 + w / eps); d = d.abs()
    return torch.where(d < w, w * torch.log(1 + d / eps), d - c)

def loss_of(net, x, target, face, weight, sigma=.9):
    n = net.cells; h = net.maps(to_input(x)).reshape(-1, net.k, n * n).float()
    logp = F.log_softmax(h, -1); p = logp.exp(); out = torch.matmul(p, net.grid)
    inside = ((target > .01) & (target < .99)).all(-1).float() * weight
    coord = wing((out - target) / face[:, None, None]).mean(-1)
    t = (torch.arange(n, device=x.device, dtype=torch.float32) + .5) / n
    g = lambda v: torch.exp(-.5 * ((t - v[..., None]) * n / sigma) ** 2)
    q = (g(target[..., 1])[..., :, None] * g(target[..., 0])[..., None, :]).reshape(h.shape)
    q = q / q.sum(-1, keepdim=True).clamp(min=1e-6)
    spread = -(q * logp).sum(-1)                          # cross entropy against a small Gaussian
    return (coord * inside).sum() / inside.sum(), (spread * inside).sum() / inside.sum()

def kept(net, teacher, x):
    """How far the maps of pictures without labels are from those of another network (Kullback-Leibler)."""
    x = to_input(x)
    with torch.no_grad(): want = F.softmax(teacher.maps(x).flatten(2), -1)
    return F.kl_div(F.log_softmax(net.maps(x).flatten(2), -1), want, reduction='none').sum(-1).mean()

# ------------------------------------------------------------------ from a shipped file
@torch.no_grad()
def from_onnx(net, path, images):
    """Takes weights from an exported file, whose convolutions carry the batch normalisation: it is put back with the mean
    and spread that these images (N x 3 x n x n, 0..255) give, so that the network computes the same as before."""
    import onnx
    from onnx import numpy_helper
    graph = onnx.load(path).graph
    value = {v.name: torch.from_numpy(numpy_helper.to_array(v).copy()) for v in graph.initializer}
    held = [[value[name] for name in node.input[1:]] for node in graph.node if node.op_type == 'Conv']
    follows, order, hooks = {}, [], []
    for m in net.modules():
        if isinstance(m, nn.Sequential):
            follows.update({a: b for a, b in zip(m, list(m)[1:]) if isinstance(a, nn.Conv2d) and isinstance(b, nn.BatchNorm2d)})

    def fill(conv, given, out):
        weight, bias = held[len(order)]
        order.append(conv)
        conv.weight.copy_(weight)
        out = F.conv2d(given[0], weight, None, conv.stride, conv.padding, 1, conv.groups)
        bn = follows.get(conv)
        if bn is None:
            conv.bias.copy_(bias)
            return out + bias[:, None, None]
        mean, var = out.mean((0, 2, 3)), out.var((0, 2, 3), unbiased=False)
        bn.running_mean.copy_(mean); bn.running_var.copy_(var)
        bn.weight.copy_((var + bn.eps).sqrt()); bn.bias.copy_(bias + mean)
        return out

    for m in net.modules():
        if isinstance(m, nn.Conv2d): hooks.append(m.register_forward_hook(fill))
    net.eval(); net.maps(to_input(images))
    for h in hooks: h.remove()
    assert len(order) == len(held)

# ------------------------------------------------------------------ training
class Ema:
    def __init__(self, net, decay=.998):
        self.decay, self.n, self.state = decay, 0, {k: v.detach().clone() for k, v in net.state_dict().items()}

    def update(self, net):
        self.n += 1; d = min(self.decay, (1 + self.n) / (10 + self.n))
        for k, v in net.state_dict().items():
            self.state[k].mul_(d).add_(v, alpha=1 - d) if v.dtype.is_floating_point else self.state[k].copy_(v)

@torch.no_grad()
def evaluate(net, loader, pack, device):
    net.eval(); err = []; eye = [pack.id['eye_l_c'], pack.id['eye_r_c']]
    for x, t, _, trusted in loader:
        out = net(to_input(x.to(device))).cpu(); ipd = (t[:, eye[0]] - t[:, eye[1]]).norm(dim=-1)
        err.append(torch.where(trusted > 0, (out - t).norm(dim=-1) / ipd[:, None], torch.nan))
    e = torch.cat(err).numpy()
    return dict(all=100 * np.nanmean(e), median=100 * np.nanmedian(e), eye=100 * np.median(e[:, eye]), eye95=100 * np.percentile(e[:, eye], 95),
                per_point=100 * np.nanmedian(e, 0))

class Maps(nn.Module):
    """What is shipped: the raw heat maps. stages/heat.c takes their mean place and spread."""
    def __init__(self, net):
        super().__init__(); self.net = net
    def forward(self, x): return self.net.maps(x)

def export(net, path, size):
    maps = Maps(net).cpu().eval(); net.set_size(size); x = torch.rand(1, 3, size, size) * 2 - 1
    torch.onnx.export(maps, x, path, opset_version=11, input_names=['face'], output_names=['maps'], do_constant_folding=True)
    dn = cv2.dnn.readNetFromONNX(path); image = ((x[0].numpy().transpose(1, 2, 0) + 1) * 127.5).astype(np.uint8)
    blob = cv2.dnn.blobFromImage(image, 1 / 127.5, (size, size), (127.5,) * 3, swapRB=False)
    dn.setInput(blob); got = dn.forward(); want = maps(torch.from_numpy(blob)).detach().numpy()
    t = []
    for _ in range(40): s = time.thread_time(); dn.setInput(blob); dn.forward(); t.append(time.thread_time() - s)
    print(f'{path}: max difference OpenCV/torch {np.abs(got.reshape(want.shape) - want).max():.2e}, {1000 * np.median(t):.2f} ms, {os.path.getsize(path) / 1e6:.2f} MB')

def main():
    a = argparse.ArgumentParser(); a.add_argument('--pack', required=True); a.add_argument('--out', required=True)
    a.add_argument('--minutes', type=float, default=0); a.add_argument('--epochs', type=int, default=70); a.add_argument('--size', type=int, default=128)
    a.add_argument('--small-first', type=float, default=.55, help='share of the time trained at 3/4 of the size'); a.add_argument('--width', type=float, default=.75)
    a.add_argument('--batch', type=int, default=32); a.add_argument('--lr', type=float, default=2.5e-3); a.add_argument('--threads', type=int, default=2)
    a.add_argument('--workers', type=int, default=1); a.add_argument('--seed', type=int, default=1); a.add_argument('--export'); a.add_argument('--init')
    a.add_argument('--again', type=int, default=2, help='how often more the renders of the pack are seen')
    a.add_argument('--keep', help='an exported file: on faces that are hardly seen, the network is to say what this one says')
    a.add_argument('--keep-weight', type=float, default=.3)
    o = a.parse_args(); os.makedirs(o.out, exist_ok=True); torch.manual_seed(o.seed); torch.set_num_threads(o.threads)
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    pack = Pack(o.pack); net = FacePoints(len(pack.names), o.width, o.size)
    print(f'{sum(p.numel() for p in net.parameters()) / 1e6:.2f} M parameters, {len(pack.files)} faces, {device}')
    rows = {s: [i for i, v in enumerate(pack.split) if v == s] for s in ('train', 'val')}
    some = Faces(pack, rows['train'][::max(1, len(rows['train']) // 256)], o.size, True)
    teacher = FacePoints(len(pack.names), o.width, o.size) if o.keep else None
    for one, path in (net, o.init), (teacher, o.keep):
        if path and path.endswith('.onnx'): from_onnx(one, path, torch.stack([some[i][0] for i in range(len(some))]))
    if o.export or o.init and not o.init.endswith('.onnx'): print(net.load_state_dict(torch.load(o.export or o.init, map_location='cpu'), strict=not o.init))
    if o.export: return export(net, os.path.join(o.out, 'face_points.onnx'), o.size)
    if teacher: teacher = teacher.to(device).eval()
    net = net.to(device).to(memory_format=torch.channels_last); net.set_size(o.size); ema = Ema(net); shadow = FacePoints(len(pack.names), o.width, o.size).to(device)
    rows['train'] += o.again * [i for i in rows['train'] if pack.files[i].startswith('render_')]
    weight = torch.from_numpy(pack.weight).to(device)
    decay = [p for p in net.parameters() if p.ndim > 1]; rest = [p for p in net.parameters() if p.ndim <= 1]
    opt = torch.optim.AdamW([dict(params=decay, weight_decay=1e-3), dict(params=rest, weight_decay=0)], lr=o.lr)
    val = torch.utils.data.DataLoader(Faces(pack, rows['val'], o.size, False), 64)
    start, step, epoch, done = time.time(), 0, 0, 0.0
    while done < 1:
        size = o.size * 3 // 4 if done < o.small_first else o.size
        net.set_size(size); net.train(); t0 = time.time(); sums = np.zeros(4)
        data = torch.utils.data.DataLoader(Faces(pack, rows['train'], size, True, bool(teacher)), o.batch, shuffle=True, num_workers=o.workers, drop_last=True)
        for j, (x, t, face, trusted, *hidden) in enumerate(data):
            done = (time.time() - start) / (60 * o.minutes) if o.minutes else (epoch + j / len(data)) / o.epochs
            for g in opt.param_groups: g['lr'] = o.lr * min(1, (step + 1) / 150) * (.5 + .5 * math.cos(math.pi * min(done, 1))) + 1e-6
            coord, spread = loss_of(net, x.to(device).contiguous(memory_format=torch.channels_last), t.to(device), face.to(device), weight * trusted.to(device))
            loss = 20 * coord + .3 * spread
            if teacher:
                keep = kept(net, teacher, hidden[0][::2].to(device).contiguous(memory_format=torch.channels_last))
                loss = loss + o.keep_weight * keep; sums[3] += float(keep)
            opt.zero_grad(set_to_none=True); loss.backward(); nn.utils.clip_grad_norm_(net.parameters(), 5.0); opt.step(); ema.update(net)
            step += 1; sums += [float(coord), float(spread), 1, 0]
            if done >= 1: break
        epoch += 1; done = max(done, epoch / o.epochs if not o.minutes else done)
        shadow.load_state_dict(ema.state); shadow.set_size(size); val.dataset.size = size
        e = evaluate(shadow, val, pack, device) if epoch % 3 == 0 or done >= 1 else None
        print(f'epoch {epoch} size {size} {time.time() - t0:.1f} s done {done:.2f} coord {sums[0] / sums[2]:.4f} spread {sums[1] / sums[2]:.3f}' + (f' keep {sums[3] / sums[2]:.4f}' if teacher else '')
              + (f" | val %ipd mean {e['all']:.2f} median {e['median']:.2f} eye {e['eye']:.2f} p95 {e['eye95']:.2f}" if e else ''), flush=True)
        torch.save(ema.state, os.path.join(o.out, 'face_points.pt'))
    print('median error per point, % of eye distance:', ' '.join(f'{n}={v:.1f}' for n, v in zip(pack.names, e['per_point'])))
    shadow.set_size(o.size); export(shadow, os.path.join(o.out, 'face_points.onnx'), o.size)

if __name__ == '__main__': main()
