"""Writes an ONNX graph node by node; large tensors go to one file of weights that several graphs share."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CONTRIB = "com.microsoft"
# Smaller tensors stay in the graph: an entry in the file of weights costs as much as they do.
EXTERNAL_BYTES = 256
ALIGNMENT = 64


class SharedWeights:
    """A file of weights; the same name must have the same bytes in every graph that uses it."""

    def __init__(self, file_name: str):
        self.file_name = file_name
        self._content = bytearray()
        self._places: dict[str, tuple[int, bytes]] = {}

    def place(self, name: str, data: bytes) -> int:
        if name in self._places:
            offset, known = self._places[name]
            if known != data:
                raise ValueError(f"{name} differs between the graphs that share {self.file_name}")
            return offset
        self._content.extend(bytes(-len(self._content) % ALIGNMENT))
        offset = len(self._content)
        self._content.extend(data)
        self._places[name] = (offset, data)
        return offset

    def content(self) -> bytes:
        return bytes(self._content)


class GraphBuilder:
    def __init__(self, weights: SharedWeights):
        self.nodes: list = []
        self.initializers: list = []
        self.inputs: list = []
        self.outputs: list = []
        self._weights = weights
        self._known: dict = {}
        self._count = 0

    def op(self, kind: str, inputs: list, outputs: int | str = 1, domain: str = "", **attributes):
        """Adds a node; answers the name of its output, or the names where there are several."""
        self._count += 1
        names = [outputs] if isinstance(outputs, str) else [f"{kind}_{self._count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, f"{kind}_{self._count}", domain=domain, **attributes))
        return names[0] if len(names) == 1 else names

    def contrib(self, kind: str, inputs: list, outputs: int | str = 1, **attributes):
        return self.op(kind, inputs, outputs, CONTRIB, **attributes)

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, dtype=np.int64))

    def constant(self, value: np.ndarray) -> str:
        value = np.asarray(value)
        key = (value.dtype.str, value.shape, value.tobytes())
        if key not in self._known:
            self._known[key] = f"constant_{len(self._known)}"
            self.initializers.append(numpy_helper.from_array(value, self._known[key]))
        return self._known[key]

    def weight(self, name: str, value: np.ndarray) -> str:
        """A tensor of the model, in fp32 for the graph whatever it is stored in."""
        if name in self._known:
            return self._known[name]
        stored = f"{name}.f16" if value.dtype == np.float16 else name
        tensor = numpy_helper.from_array(np.ascontiguousarray(value), stored)
        if value.nbytes >= EXTERNAL_BYTES:
            self._make_external(tensor)
        self.initializers.append(tensor)
        if value.dtype == np.float16:
            # Folded when the session is made, so that it costs start-up time and no step.
            self.op("Cast", [stored], name, to=TensorProto.FLOAT)
        self._known[name] = name
        return name

    def input(self, name: str, shape: list, kind: int = TensorProto.FLOAT) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name: str, shape: list) -> str:
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def model(self, metadata: dict) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "delta", self.inputs, self.outputs, self.initializers)
        # Opset 23 has RotaryEmbedding with one table per stream.
        opsets = [helper.make_opsetid("", 23), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="rt export-delta")
        helper.set_model_props(model, metadata)
        return model

    def _make_external(self, tensor: onnx.TensorProto) -> None:
        data = tensor.raw_data
        offset = self._weights.place(tensor.name, data)
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", self._weights.file_name), ("offset", offset), ("length", len(data))):
            tensor.external_data.add(key=key, value=str(value))
