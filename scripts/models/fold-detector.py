"""Writes the graph of Silero VAD that the engine runs, from the published file. See README.md.

The published graph computes shapes and branches at every call and runs its short-time Fourier transform as
a convolution over the whole window. This one has the same weights in the order in which one window needs
them: a few matrix products. Its input is folded: the window of the transform is symmetric, so the real part
needs only the sums x[n] + x[256 - n] and the imaginary part only the differences, which halves the products.

A stream's windows that follow each other are computed in one run: its products of all of them at once, and its
LSTM in their order. Streams may have different numbers of them (`lengths`); rows of the frames are ordered by
window first and stream second, and a stream's rows beyond its length count for nothing.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SOURCE = "silero_vad_16k_op15.onnx"
TARGET = "silero_vad_16k.folded.onnx"
FRAME_SAMPLES = 256
HALF = FRAME_SAMPLES // 2
FRAMES = 4
UNITS = 128


class Graph:
    def __init__(self) -> None:
        self.nodes: list = []
        self.weights: list = []

    def weight(self, name: str, values: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operator: str, inputs: list, outputs, **attributes):
        names = [outputs] if isinstance(outputs, str) else outputs
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return outputs

    def cut(self, value: str, axis: int, span: tuple, output: str) -> str:
        bounds = [("from", span[0]), ("to", span[1]), ("axis", axis)]
        names = [self.weight(f"{output}_{name}", np.array([number], np.int64)) for name, number in bounds]
        return self.add("Slice", [value, *names], output)


def fold(weights: dict) -> onnx.ModelProto:
    graph = Graph()
    magnitudes = transform(graph, weights["stft.forward_basis_buffer"][:, 0, :])
    features = convolve(graph, weights, magnitudes)
    recur(graph, weights, features)
    inputs = [
        helper.make_tensor_value_info("frames", TensorProto.FLOAT, [2, "frames", HALF]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
        helper.make_tensor_value_info("state", TensorProto.FLOAT, ["batch", 2 * UNITS]),
    ]
    outputs = [
        helper.make_tensor_value_info("output", TensorProto.FLOAT, ["windows", "batch"]),
        helper.make_tensor_value_info("stateN", TensorProto.FLOAT, ["batch", 2 * UNITS]),
    ]
    body = helper.make_graph(graph.nodes, "silero-vad-16k-folded", inputs, outputs, graph.weights)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def transform(graph: Graph, basis: np.ndarray) -> str:
    """Magnitudes [rows, 4, 129] of the folded frames."""
    bins = HALF + 1
    real, imaginary = basis[:bins], basis[bins:]
    mirrored = slice(None, HALF, -1)
    assert np.array_equal(real[:, 1:HALF], real[:, mirrored]), "the window is not symmetric"
    assert np.array_equal(imaginary[:, 1:HALF], -imaginary[:, mirrored]), "the window is not symmetric"
    assert not basis[:, 0].any() and not imaginary[:, HALF].any(), "the first sample has weight"
    sums = np.concatenate([real[:, HALF:HALF + 1], real[:, 1:HALF]], axis=1).T
    differences = np.concatenate([np.zeros((bins, 1), np.float32), imaginary[:, 1:HALF]], axis=1).T
    graph.add("MatMul", ["frames", graph.weight("basis", np.stack([sums, differences]))], "spectrum")
    graph.add("Mul", ["spectrum", "spectrum"], "squares")
    graph.add("Split", ["squares"], ["real_squares", "imaginary_squares"], axis=0)
    graph.add("Add", ["real_squares", "imaginary_squares"], "power")
    graph.add("Sqrt", ["power"], "flat_magnitudes")
    shape = graph.weight("magnitudes_shape", np.array([-1, FRAMES, bins], np.int64))
    return graph.add("Reshape", ["flat_magnitudes", shape], "magnitudes")


def convolve(graph: Graph, weights: dict, magnitudes: str) -> str:
    """The four convolutions of each window, [rows, 128]; taps that meet only padding are left out."""
    taps = [weights[f"encoder.{layer}.reparam_conv.weight"] for layer in range(4)]
    biases = [weights[f"encoder.{layer}.reparam_conv.bias"] for layer in range(4)]
    rows = [[tap[:, :, k].T for k in range(3)] for tap in taps]
    around = graph.weight("one_frame_around", np.array([0, 1, 0, 0, 1, 0], np.int64))
    padded = graph.add("Pad", [magnitudes, around], "padded")
    before = graph.cut(padded, 1, (0, FRAMES), "before")
    after = graph.cut(padded, 1, (2, FRAMES + 2), "after")
    graph.add("Concat", [before, magnitudes, after], "neighbours", axis=2)
    graph.add("MatMul", ["neighbours", graph.weight("weights_0", np.concatenate(rows[0]))], "product_0")
    graph.add("Add", ["product_0", graph.weight("bias_0", biases[0])], "sum_0")
    graph.add("Relu", ["sum_0"], "frames_0")
    # Stride 2 over four frames: the first output sees frames (-), 0, 1 and the second 1, 2, 3.
    width = taps[1].shape[0]
    both = np.zeros((FRAMES * UNITS, 2 * width), np.float32)
    both[: 2 * UNITS, :width] = np.concatenate(rows[1][1:])
    both[UNITS:, width:] = np.concatenate(rows[1])
    flat = graph.weight("frames_0_shape", np.array([-1, FRAMES * UNITS], np.int64))
    graph.add("Reshape", ["frames_0", flat], "row_0")
    layers = [
        (both, np.tile(biases[1], 2)),
        (np.concatenate(rows[2][1:]), biases[2]),
        (rows[3][1], biases[3]),
    ]
    value = "row_0"
    for number, (matrix, bias) in enumerate(layers, start=1):
        names = [graph.weight(f"weights_{number}", matrix), graph.weight(f"bias_{number}", bias)]
        graph.add("Gemm", [value, *names], f"sum_{number}")
        value = graph.add("Relu", [f"sum_{number}"], f"row_{number}")
    return value


def recur(graph: Graph, weights: dict, features: str) -> None:
    """The LSTM over the windows of each stream, and the probability of speech in each."""
    batch = graph.add("Shape", ["lengths"], "batch_size")
    width = [graph.weight("all_windows", np.array([-1], np.int64)), graph.weight("units", np.array([UNITS], np.int64))]
    graph.add("Concat", [width[0], batch, width[1]], "sequence_shape", axis=0)
    graph.add("Reshape", [features, "sequence_shape"], "sequence")
    first = graph.weight("first_axis", np.array([0], np.int64))
    graph.add("Unsqueeze", ["state", first], "directed_state")
    hidden = graph.cut("directed_state", 2, (0, UNITS), "hidden")
    cell = graph.cut("directed_state", 2, (UNITS, 2 * UNITS), "cell")
    bias = in_order_of_onnx(weights["decoder.rnn.bias_ih"] + weights["decoder.rnn.bias_hh"])
    names = [
        graph.weight("input_weights", in_order_of_onnx(weights["decoder.rnn.weight_ih"])[None]),
        graph.weight("hidden_weights", in_order_of_onnx(weights["decoder.rnn.weight_hh"])[None]),
        graph.weight("gates_bias", np.concatenate([bias, np.zeros_like(bias)])[None]),
    ]
    inputs = ["sequence", *names, "lengths", hidden, cell]
    graph.add("LSTM", inputs, ["hidden_of_all", "next_hidden", "next_cell"], hidden_size=UNITS)
    graph.add("Concat", ["next_hidden", "next_cell"], "directed_next", axis=2)
    graph.add("Squeeze", ["directed_next", first], "stateN")
    graph.add("Relu", ["hidden_of_all"], "heard")
    head = graph.weight("head", weights["decoder.decoder.2.weight"][:, :, 0].T)
    graph.add("MatMul", ["heard", head], "product")
    graph.add("Add", ["product", graph.weight("head_bias", weights["decoder.decoder.2.bias"])], "logit")
    graph.add("Sigmoid", ["logit"], "directed_output")
    around = graph.weight("direction_and_class", np.array([1, 3], np.int64))
    graph.add("Squeeze", ["directed_output", around], "output")


def in_order_of_onnx(gates: np.ndarray) -> np.ndarray:
    """PyTorch has the input, forget, cell and output gates in this order, ONNX input, output, forget, cell."""
    entry, forget, candidate, exit_ = np.split(gates, 4)
    return np.concatenate([entry, exit_, forget, candidate])


def main(folder: Path) -> None:
    published = onnx.load(folder / SOURCE)
    weights = {t.name.removeprefix("model."): numpy_helper.to_array(t) for t in published.graph.initializer}
    content = fold(weights).SerializeToString(deterministic=True)
    (folder / TARGET).write_bytes(content)
    card = json.loads((folder / "card.json").read_text())
    sum_ = hashlib.sha256(content).hexdigest()
    card["files"][TARGET] = {"mirrors": SOURCE, "bytes": len(content), "sha256": sum_}
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
