#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An ONNX network of ours as the flat file that stages/net_file.c reads.  flatten.py IN.onnx OUT.net"""
import struct
import sys

import numpy as np
import onnx
from onnx import numpy_helper

BLOCK, INPUT_CHANNELS, NO_SLOT, VERSION = 16, 3, 0xFFFF, 3
ADD_NOTHING, ADD_BEFORE_RELU, ADD_DOUBLED_AFTER_RELU = range(3)
# PATCH[s]: where both sides were halved s times. Patches of 4x4 cost least where a tensor is so large that its weights,
# four times as many, serve many of them; where there are a few only, to read the weights costs more than their products.
PATCH = {3: 4, 4: 2}
MASK = (1 << 64) - 1
PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
          0x27D4EB2F165667C5)


def xxh64(data):
    """XXH64 with seed 0, by its published description."""
    p1, p2, p3, p4, p5 = PRIMES
    rotate = lambda x, r: ((x << r) | (x >> (64 - r))) & MASK
    turn = lambda acc, lane: rotate((acc + lane * p2) & MASK, 31) * p1 & MASK
    at, end = 0, len(data)
    if end >= 32:
        a = [(p1 + p2) & MASK, p2, 0, -p1 & MASK]
        for stripe in struct.iter_unpack("<4Q", data[:end // 32 * 32]):
            a = [turn(x, lane) for x, lane in zip(a, stripe)]
        h = sum(rotate(x, r) for x, r in zip(a, (1, 7, 12, 18))) & MASK
        for x in a:
            h = ((h ^ turn(0, x)) * p1 + p4) & MASK
        at = end // 32 * 32
    else:
        h = p5
    h = (h + end) & MASK
    for at in range(at, at + (end - at) // 8 * 8, 8):
        h = (rotate(h ^ turn(0, int.from_bytes(data[at:at + 8], "little")), 27) * p1 + p4) & MASK
    rest = data[end - end % 8:] if end >= 8 else data
    if len(rest) >= 4:
        h = (rotate(h ^ (int.from_bytes(rest[:4], "little") * p1 & MASK), 23) * p2 + p3) & MASK
        rest = rest[4:]
    for byte in rest:
        h = rotate(h ^ (byte * p5 & MASK), 11) * p1 & MASK
    h = (h ^ h >> 33) * p2 & MASK
    h = (h ^ h >> 29) * p3 & MASK
    return h ^ h >> 32


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def need(true, node, why):
    if not true:
        sys.exit(f"{node.op_type} '{node.name}': {why}")


class Layer:
    """A convolution, and what of the nodes after it is done along with it."""

    def __init__(self, node, weights, bias):
        a = attributes(node)
        out, per_group, self.side, width = weights.shape
        self.depthwise = int(a["group"] > 1)
        self.stride = a["strides"][0]
        self.source, self.result = node.input[0], node.output[0]
        self.weights, self.bias = weights, bias
        self.channels_in, self.channels_out = per_group * a["group"], out
        self.relu, self.add, self.add_mode, self.patch = 0, None, ADD_NOTHING, 0
        pad = self.side // 2
        need(self.side == width and self.side in (1, 3), node, "only 1x1 and 3x3")
        need(list(a["dilations"]) == [1, 1] and list(a["pads"]) == [pad] * 4, node, "dilated or padded otherwise")
        need(list(a["strides"]) in ([1, 1], [2, 2]), node, "stride")
        need(a["group"] == 1 or (per_group == 1 and out == a["group"] and self.side == 3 and self.stride == 1),
             node, "groups")

    def packed(self):
        """Bias, then weights as net_conv.h describes them."""
        blocks = -(-self.channels_out // BLOCK)
        w = np.zeros((blocks * BLOCK,) + self.weights.shape[1:], np.float32)
        b = np.zeros(blocks * BLOCK, np.float32)
        w[:self.channels_out], b[:self.channels_out] = self.weights, self.bias
        w = w.reshape(blocks, BLOCK, -1, self.side, self.side)
        return b.tobytes() + np.ascontiguousarray(w.transpose(0, 3, 4, 2, 1)).tobytes()


def read_layers(graph):
    """The graph's nodes, each folded into the convolution that it follows."""
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    readers, by_result, doubled, layers = {}, {}, {}, []
    for node in graph.node:
        for name in node.input:
            readers[name] = readers.get(name, 0) + 1
    for node in graph.node:
        if node.op_type == "Constant":
            values[node.output[0]] = numpy_helper.to_array(attributes(node)["value"])
        elif node.op_type == "Conv":
            layer = Layer(node, values[node.input[1]], values[node.input[2]])
            layers.append(layer)
            by_result[layer.result] = layer
        elif node.op_type == "Resize":
            a = attributes(node)
            scales = values[node.input[2]]
            need(a["mode"] == b"nearest" and a["nearest_mode"] == b"floor" and
                 a["coordinate_transformation_mode"] == b"asymmetric" and list(scales) == [1, 1, 2, 2],
                 node, "only nearest neighbour, doubled")
            doubled[node.output[0]] = node.input[0]
        elif node.op_type in ("Relu", "Add"):
            fold(node, by_result, doubled, readers)
        else:
            need(False, node, "no such operator here")
    need(layers[-1].result == graph.output[0].name, graph.node[-1], "the answer is not the last convolution's")
    return layers


def fold(node, by_result, doubled, readers):
    names = list(node.input)
    if node.op_type == "Add":  # the operand that is computed last, and by nobody else read, takes the other
        order = list(by_result)
        mine = max((n for n in names if n in by_result and readers[n] == 1), key=order.index, default=None)
        need(mine is not None, node, "no convolution to add to")
        layer, other = by_result[mine], names[1 - names.index(mine)]
        need(layer.add is None, node, "a second sum")
        if other in doubled:
            layer.add, layer.add_mode = doubled[other], ADD_DOUBLED_AFTER_RELU
        else:
            need(not layer.relu and other in by_result, node, "a sum after the relu, or with the input")
            layer.add, layer.add_mode = other, ADD_BEFORE_RELU
    else:
        mine = names[0]
        need(mine in by_result and readers[mine] == 1, node, "not after a convolution alone")
        layer = by_result[mine]
        need(not layer.relu and layer.add_mode != ADD_DOUBLED_AFTER_RELU, node, "a second relu")
        layer.relu = 1
    del by_result[layer.result]
    layer.result = node.output[0]
    by_result[layer.result] = layer


def give_patches(layers, picture):
    shift = {picture: 0}
    for layer in layers:
        shift[layer.result] = shift[layer.source] + layer.stride - 1
        if layer.side == 3 and layer.stride == 1 and not layer.depthwise and layer.source != picture:
            layer.patch = PATCH.get(shift[layer.result], 0)


def give_slots(layers, picture):
    """Slot numbers; one is free again after the last layer that reads it."""
    last, slot, free, count = {}, {picture: 0}, [], 1
    for i, layer in enumerate(layers):
        for name in (layer.source, layer.add):
            last[name] = i
    rows = []
    for i, layer in enumerate(layers):
        if not free:
            free.append(count)
            count += 1
        out = free.pop()
        rows.append((slot[layer.source], out, NO_SLOT if layer.add is None else slot[layer.add]))
        slot[layer.result] = out
        for name in dict.fromkeys((layer.source, layer.add)):
            if name not in (None, picture) and last[name] == i:
                free.append(slot[name])
    return rows, count


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    graph = onnx.load(sys.argv[1]).graph
    layers = read_layers(graph)
    if layers[0].channels_in != INPUT_CHANNELS:
        sys.exit("the input has not three channels")
    give_patches(layers, graph.input[0].name)
    rows, slots = give_slots(layers, graph.input[0].name)
    table = b"".join(struct.pack("<16H", x.depthwise, x.side, x.stride, x.relu, x.channels_in, x.channels_out,
                                 source, out, add, x.add_mode, x.patch, *[0] * 5)
                     for x, (source, out, add) in zip(layers, rows))
    table += bytes(-len(table) % 64)
    weights = b"".join(layer.packed() for layer in layers)
    size = 64 + len(table) + len(weights) + 8
    data = struct.pack("<8s4IQ32x", b"headrnet", VERSION, len(layers), slots, 0, size) + table + weights
    with open(sys.argv[2], "wb") as file:
        file.write(data + struct.pack("<Q", xxh64(data)))


main()
