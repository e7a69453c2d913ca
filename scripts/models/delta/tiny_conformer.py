"""The encoder of rt-tiny-en as a delta graph.

What must stay true: the same function as the plain graph. Three things are told differently. Keys are rotated at
their absolute position once, when they are new, instead of all of them at every step (only differences of positions
reach a score). The caches are read in place, because the scores of cached and new keys are joined, not the keys. And
the depthwise convolution is written in two dimensions, the form for which onnxruntime has a blocked kernel.
"""

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from .graph_builder import GraphBuilder
from .plain_weights import PlainWeights

EPSILON = float(np.float32(1e-5))
MASKED = np.float32(-10000)
SUBSAMPLING_PADS = [2, 1, 1, 1]
# Encoder frames at the head of a window that belong to the chunk before.
DROPPED_FRAMES = 2
# Behind these layers the model is told its own guess.
CONDITIONED_LAYERS = (2, 5)


@dataclass(frozen=True)
class Shape:
    window: int
    bands: int
    frames: int
    layers: int
    left: int
    width: int
    heads: int
    kernel: int
    classes: int

    @property
    def head_width(self) -> int:
        return self.width // self.heads


def shape_of(plain: PlainWeights) -> Shape:
    number = {key: int(value) for key, value in plain.metadata.items() if value.isdigit()}
    width = number["cache_last_time_dim2"]
    return Shape(
        window=number["window_size"],
        bands=number["feat_dim"],
        frames=number["chunk_shift"] // number["subsampling_factor"],
        layers=number["cache_last_channel_dim1"],
        left=number["cache_last_channel_dim2"],
        width=width,
        heads=width // plain.head_width,
        kernel=number["cache_last_time_dim3"] + 1,
        classes=number["vocab_size"] + 1,
    )


class TinyConformer:
    """Writes the whole graph into `builder`. Between the blocks a value is [streams * frames, width]."""

    def __init__(self, builder: GraphBuilder, plain: PlainWeights):
        self.b = builder
        self.plain = plain
        self.shape = shape_of(plain)

    def write(self) -> None:
        s, b = self.shape, self.b
        self._declare_inputs()
        x = self._subsample(b.input("audio_signal", ["B", s.bands, s.window]))
        self.mask = self._mask()
        self.cosine, self.sine = self._rotary_tables()
        key_values: list[str] = []
        times: list[str] = []
        for layer in range(s.layers):
            x = self._layer(x, layer, key_values, times)
            if layer in CONDITIONED_LAYERS:
                guess = b.op("Softmax", [self._linear(x, "n.head.bias")], axis=-1)
                x = b.op("Add", [x, self._linear(guess, "n.cond.bias")])
        logprobs = b.op("LogSoftmax", [self._linear(x, "n.head.bias")], axis=-1)
        self._result("logprobs", logprobs, ["B", s.frames, s.classes])
        rows = [2 * s.layers, "B", s.heads, s.frames, s.head_width]
        self._result("cache_key_value_new", b.op("Concat", key_values, axis=0), rows)
        self._result("cache_time_new", b.op("Concat", times, axis=0), [s.layers, "B", s.frames, s.width])

    def metadata(self) -> dict:
        delta = {
            "cache_layout": "kv-delta",
            "cache_layers": self.shape.layers,
            "cache_heads": self.shape.heads,
            "cache_head_dim": self.shape.head_width,
            "rope": "absolute",
        }
        return {**self.plain.metadata, **{key: str(value) for key, value in delta.items()}}

    def _declare_inputs(self) -> None:
        s, b = self.shape, self.b
        for layer in range(s.layers):
            b.input(f"cache_key_{layer}", ["B", s.heads, s.left, s.head_width])
            b.input(f"cache_value_{layer}", ["B", s.heads, s.left, s.head_width])
            b.input(f"cache_time_{layer}", ["B", s.kernel - 1, s.width])
        b.input("cache_last_channel_len", ["B"], TensorProto.INT64)
        b.input("cache_position", ["B"], TensorProto.INT64)

    def _result(self, name: str, value: str, shape: list) -> None:
        """`value` holds the numbers in the right order; the batch is what its size leaves."""
        dims = [-1 if size == "B" else size for size in shape]
        self.b.op("Reshape", [value, self.b.ints(*dims)], self.b.output(name, shape))

    def _subsample(self, signal: str) -> str:
        s, b = self.shape, self.b
        x = b.op("Transpose", [signal], perm=[0, 2, 1])
        x = b.op("Mul", [b.op("Add", [x, b.constant(np.float32(7))]), b.constant(np.float32(0.25))])
        x = b.op("Unsqueeze", [x, b.ints(1)])
        strided = {"strides": [2, 2], "pads": SUBSAMPLING_PADS, "kernel_shape": [3, 3]}
        pointwise = {"kernel_shape": [1, 1]}
        x = self._silu(self._convolve(x, "n.sub.c0.bias", **strided))
        for stage in (1, 2):
            channels = len(self.plain.tensor(f"n.sub.b{stage}"))
            x = self._convolve(x, f"n.sub.b{stage}", group=channels, **strided)
            x = self._silu(self._convolve(x, f"n.sub.p{stage}.bias", **pointwise))
        x = b.op("Slice", [x, b.ints(DROPPED_FRAMES), b.ints(DROPPED_FRAMES + s.frames), b.ints(2)])
        x = b.op("Transpose", [x], perm=[0, 2, 3, 1])
        inputs = self.plain.linear("n.sub.out.bias").weight.shape[0]
        return self._linear(b.op("Reshape", [x, b.ints(-1, inputs)]), "n.sub.out.bias")

    def _layer(self, x: str, layer: int, key_values: list, times: list) -> str:
        name, b = f"n.ls.{layer}.", self.b
        x = b.op("Add", [x, self._half_feed_forward(x, f"{name}f1.")])
        x = b.op("Add", [x, self._attend(self._norm(x, f"{name}na"), layer, key_values)])
        x = b.op("Add", [x, self._convolve_in_time(self._norm(x, f"{name}nc"), layer, times)])
        x = b.op("Add", [x, self._half_feed_forward(x, f"{name}f2.")])
        return self._norm(x, f"{name}no")

    def _half_feed_forward(self, x: str, name: str) -> str:
        hidden = self._silu(self._linear(self._norm(x, f"{name}n"), f"{name}a.bias"))
        # Half of a sum of products is that sum of halved products, to the bit.
        return self._linear(hidden, f"{name}b.bias", factor=0.5)

    def _attend(self, x: str, layer: int, key_values: list) -> str:
        s, b = self.shape, self.b
        qkv = b.op("Reshape", [self._linear(x, f"b{layer}"), b.ints(-1, s.frames, 3 * s.heads, s.head_width)])
        qkv = b.op("Transpose", [qkv], perm=[0, 2, 1, 3])
        rotated, value = b.op("Split", [qkv, b.ints(2 * s.heads, s.heads)], 2, axis=1)
        rotated = b.op("RotaryEmbedding", [rotated, self.cosine, self.sine])
        query, key = b.op("Split", [rotated], 2, axis=1, num_outputs=2)
        key_values.extend([key, value])

        scale = {"transB": 1, "alpha": s.head_width**-0.5}
        cached = b.op("Add", [b.contrib("FusedMatMul", [query, f"cache_key_{layer}"], **scale), self.mask])
        new = b.contrib("FusedMatMul", [query, key], **scale)
        weights = b.op("Softmax", [b.op("Concat", [cached, new], axis=3)], axis=-1)
        cached, new = b.op("Split", [weights, b.ints(s.left, s.frames)], 2, axis=3)
        heard = b.op("Add", [b.op("MatMul", [cached, f"cache_value_{layer}"]), b.op("MatMul", [new, value])])
        heard = b.op("Reshape", [b.op("Transpose", [heard], perm=[0, 2, 1, 3]), b.ints(-1, s.width)])
        return self._linear(heard, f"n.ls.{layer}.o.bias")

    def _convolve_in_time(self, x: str, layer: int, times: list) -> str:
        s, b, name = self.shape, self.b, f"n.ls.{layer}."
        value, gate = b.op("Split", [self._linear(x, f"{name}p1.bias")], 2, axis=1, num_outputs=2)
        rows = b.op("Mul", [value, b.op("Sigmoid", [gate])])
        rows = b.op("Reshape", [rows, b.ints(-1, s.frames, s.width)])
        times.append(rows)
        x = b.op("Unsqueeze", [b.op("Concat", [f"cache_time_{layer}", rows], axis=1), b.ints(1)])
        x = b.op("Transpose", [x], perm=[0, 3, 1, 2])
        x = self._convolve(x, f"{name}dwb", group=s.width, kernel_shape=[1, s.kernel])
        x = b.op("Reshape", [b.op("Transpose", [x], perm=[0, 2, 3, 1]), b.ints(-1, s.width)])
        return self._linear(self._silu(self._norm(x, f"{name}nd")), f"{name}p2.bias")

    def _mask(self) -> str:
        """[streams, 1, 1, left]: added to the scores of rows the stream has not filled yet."""
        s, b = self.shape, self.b
        filled = b.op("Unsqueeze", ["cache_last_channel_len", b.ints(1, 2, 3)])
        rows = b.constant(np.arange(s.left, dtype=np.int64).reshape(1, 1, 1, s.left))
        empty = b.op("Less", [rows, b.op("Sub", [b.ints(s.left), filled])])
        return b.op("Where", [empty, b.constant(MASKED), b.constant(np.float32(0))])

    def _rotary_tables(self) -> tuple[str, str]:
        """Cosine and sine [streams, frames, pairs], in double up to the remainder: positions may be large."""
        s, b = self.shape, self.b
        frames = b.constant(np.arange(s.frames, dtype=np.int64).reshape(1, s.frames, 1))
        position = b.op("Add", [b.op("Unsqueeze", ["cache_position", b.ints(1, 2)]), frames])
        frequencies = b.constant(self.plain.rotary_frequencies().astype(np.float64))
        angle = b.op("Mul", [b.op("Cast", [position], to=TensorProto.DOUBLE), frequencies])
        angle = b.op("Mod", [angle, b.constant(np.float64(2 * np.pi))], fmod=1)
        angle = b.op("Cast", [angle], to=TensorProto.FLOAT)
        return b.op("Cos", [angle]), b.op("Sin", [angle])

    def _linear(self, x: str, bias: str, factor: float = 1.0) -> str:
        b, layer = self.b, self.plain.linear(bias)
        name = bias.removesuffix("bias").removesuffix(".")
        weight = b.weight(f"{name}.weight", layer.weight)
        if layer.scale is None:
            return b.op("Gemm", [x, weight, b.weight(f"{name}.bias", layer.bias)], alpha=factor, beta=factor)
        factor = np.float32(factor)
        bias = b.weight(f"{name}.bias", layer.bias * factor)
        scale, zero_point = b.constant(layer.scale * factor), b.constant(layer.zero_point)
        return b.contrib("DynamicQuantizeMatMul", [x, weight, scale, zero_point, bias])

    def _convolve(self, x: str, bias: str, **attributes) -> str:
        kernel, offset = self.plain.convolution(bias)
        if kernel.ndim == 3:
            kernel = kernel[:, :, None, :]
        return self.b.op("Conv", [x, self.b.weight(f"{bias}.kernel", kernel), self.b.weight(bias, offset)], **attributes)

    def _norm(self, x: str, name: str) -> str:
        scale, offset = (self.b.weight(f"{name}.{part}", self.plain.tensor(f"{name}.{part}")) for part in ("weight", "bias"))
        return self.b.op("LayerNormalization", [x, scale, offset], axis=-1, epsilon=EPSILON)

    def _silu(self, x: str) -> str:
        return self.b.contrib("QuickGelu", [x], alpha=1.0)
