"""Writes the delta files of a bundled model from its plain files. See README.md."""

import hashlib
import json
import sys
from pathlib import Path

from delta.graph_builder import GraphBuilder, SharedWeights
from delta.noise_check import argmax_differences
from delta.plain_weights import PlainWeights
from delta.tiny_conformer import TinyConformer

PRECISIONS = {"": "model.delta.fp16.weights", ".int8": "model.delta.int8.weights"}
ALLOWED_DIFFERENCES = {"": 0.0, ".int8": 0.005}


def export(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text())
    for precision, weights_name in PRECISIONS.items():
        weights = SharedWeights(weights_name)
        for chunk_ms in card["timing"]["chunk_ms"]:
            plain_name = f"model.{chunk_ms}ms{precision}.onnx"
            delta_name = f"model.{chunk_ms}ms{precision}.delta.onnx"
            plain = PlainWeights(str(folder / plain_name))
            builder = GraphBuilder(weights)
            graph = TinyConformer(builder, plain)
            graph.write()
            model = builder.model(graph.metadata())
            (folder / delta_name).write_bytes(model.SerializeToString(deterministic=True))
            stated = {**card["files"][plain_name], "mirrors": plain_name, "weights": weights_name}
            card["files"][delta_name] = {**stated, **facts(folder / delta_name)}
            print(f"{delta_name}: {len(model.graph.node)} nodes")
        (folder / weights_name).write_bytes(weights.content())
        card["files"][weights_name] = facts(folder / weights_name)
    (folder / "card.json").write_text(json.dumps(card, indent=1))


def check(folder: Path) -> None:
    files = json.loads((folder / "card.json").read_text())["files"]
    for name, stated in files.items():
        if "mirrors" not in stated:
            continue
        plain = stated["mirrors"]
        differences, frames, worst = argmax_differences(str(folder / plain), str(folder / name))
        print(f"{name}: {differences} of {frames} frames differ from {plain}, log-probabilities by {worst:.2g}")
        allowed = ALLOWED_DIFFERENCES[".int8" if "int8" in name else ""]
        if differences > allowed * frames:
            sys.exit(f"{name} is not the same model as {plain}")


def facts(path: Path) -> dict:
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


if __name__ == "__main__":
    export(Path(sys.argv[1]))
    check(Path(sys.argv[1]))
