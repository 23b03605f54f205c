#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Weights between two exported networks of one shape, convolution by convolution.

  blend.py BEFORE.onnx AFTER.onnx SHARE OUT.onnx     SHARE of AFTER, 0 to 1
"""
import sys

import numpy as np
import onnx
from onnx import numpy_helper


def convolutions(graph):
    held = {v.name: v for v in graph.initializer}
    return [[held[name] for name in node.input[1:]] for node in graph.node if node.op_type == 'Conv']


def main():
    before, after, share = onnx.load(sys.argv[1]), onnx.load(sys.argv[2]), float(sys.argv[3])
    for mine, theirs in zip(convolutions(before.graph), convolutions(after.graph), strict=True):
        for a, b in zip(mine, theirs, strict=True):
            mixed = (1 - share) * numpy_helper.to_array(a) + share * numpy_helper.to_array(b)
            a.CopyFrom(numpy_helper.from_array(mixed.astype(np.float32), a.name))
    onnx.save(before, sys.argv[4])


if __name__ == '__main__':
    main()
