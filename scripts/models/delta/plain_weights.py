"""Reads the weights of a plain rt-tiny-en file by what they are for.

The exporter of the plain file numbered its matrices; the biases kept their names. A matrix is therefore found by the
bias that is added to its product. Quantised matrices are told with their scale and zero point.
"""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import numpy_helper


@dataclass(frozen=True)
class Linear:
    """y = x @ weight + bias; `scale` and `zero_point` are set where the weight is 8 bit."""

    weight: np.ndarray
    bias: np.ndarray
    scale: np.ndarray | None = None
    zero_point: np.ndarray | None = None


class PlainWeights:
    def __init__(self, path: str):
        model = onnx.load(path)
        self.metadata = {prop.key: prop.value for prop in model.metadata_props}
        self._tensors = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        self._constants = {
            node.output[0]: numpy_helper.to_array(node.attribute[0].t)
            for node in model.graph.node
            if node.op_type == "Constant"
        }
        self._producer = {output: node for node in model.graph.node for output in node.output}
        self._nodes = list(model.graph.node)
        self._weights = self._weights_by_bias()

    def tensor(self, name: str) -> np.ndarray:
        """An initializer, behind the Cast or Identity that may stand before it, in the precision it is stored in."""
        while name not in self._tensors:
            node = self._producer[name]
            if node.op_type not in ("Cast", "Identity"):
                raise KeyError(name)
            name = node.input[0]
        return self._tensors[name]

    def linear(self, bias: str) -> Linear:
        weight, scale, zero_point = self._weights[bias]
        return Linear(weight, self._tensors[bias], scale, zero_point)

    def convolution(self, bias: str) -> tuple[np.ndarray, np.ndarray]:
        """Kernel and bias of the convolution that has this bias."""
        node = next(n for n in self._nodes if n.op_type == "Conv" and n.input[2] == bias)
        return self.tensor(node.input[1]), self._tensors[bias]

    def rotary_frequencies(self) -> np.ndarray:
        """Angle per frame of each pair of channels, checked against the tables the plain file multiplies with."""
        layers, left, width = (int(self.metadata[f"cache_last_channel_dim{i}"]) for i in (1, 2, 3))
        tables = [a for a in self._constants.values() if a.ndim == 2 and a.shape[0] > left and a.dtype == np.float32]
        cosine = next(a for a in tables if np.all(a[0] == 1))
        pairs = cosine.shape[1] // 2
        frequencies = (1 / 10000 ** (np.arange(pairs, dtype=np.float64) / pairs)).astype(np.float32)
        angles = np.arange(len(cosine), dtype=np.float32)[:, None] * frequencies[None]
        if np.abs(np.cos(angles) - cosine[:, :pairs]).max() > 1e-6:
            raise ValueError("the rotary table of the plain file has other frequencies")
        return frequencies

    @property
    def head_width(self) -> int:
        return 2 * len(self.rotary_frequencies())

    def _weights_by_bias(self) -> dict:
        found = {}
        for node in self._nodes:
            if node.op_type != "Add":
                continue
            for bias, product in (node.input, reversed(node.input)):
                if bias in self._tensors and self._tensors[bias].ndim == 1:
                    weight = self._weight_behind(product)
                    if weight is not None:
                        found[bias] = weight
        return found

    def _weight_behind(self, product: str):
        node = self._producer.get(product)
        if node is None:
            return None
        if node.op_type == "MatMul":
            try:
                return self.tensor(node.input[1]), None, None
            except KeyError:
                return None
        if node.op_type != "Mul":
            return None
        # Dynamic quantisation: MatMulInteger -> Cast -> Mul by (scale of the input * scale of the weight).
        cast = self._producer.get(node.input[0])
        product = self._producer.get(cast.input[0]) if cast is not None and cast.op_type == "Cast" else None
        if product is None or product.op_type != "MatMulInteger":
            return None
        scales = self._producer[node.input[1]]
        return tuple(self._tensors[n] for n in (product.input[1], scales.input[1], product.input[3]))
