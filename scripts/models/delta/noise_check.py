"""Runs a plain file and its delta file side by side on noise that swells and fades."""

import numpy as np
import onnxruntime

STREAMS = 2
STEPS = 120


def argmax_differences(plain_path: str, delta_path: str) -> tuple[int, int, float]:
    """Frames with another best class, frames compared, and the largest difference of a log-probability."""
    plain, delta = _session(plain_path), _session(delta_path)
    pair = _SideBySide(plain, delta)
    rng = np.random.default_rng(7)
    differences, frames, worst = 0, 0, 0.0
    for step in range(STEPS):
        loudness = -7 + 3 * np.sin(step / 5)
        signal = (2 * rng.standard_normal(pair.signal_shape) + loudness).astype(np.float32)
        a, b = pair.step(signal)
        differences += int((a.argmax(-1) != b.argmax(-1)).sum())
        frames += a.shape[0] * a.shape[1]
        worst = max(worst, float(np.abs(a - b).max()))
    return differences, frames, worst


def _session(path: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


class _SideBySide:
    """Both models with their caches; the rows of the delta caches move as the host moves them."""

    def __init__(self, plain, delta):
        self.plain, self.delta = plain, delta
        shapes = {i.name: [STREAMS if isinstance(d, str) else d for d in i.shape] for i in plain.get_inputs()}
        self.signal_shape = shapes["audio_signal"]
        self.caches = {name: np.zeros(shapes[name], np.float32) for name in ("cache_last_channel", "cache_last_time")}
        self.lengths = np.zeros(STREAMS, np.int64)
        self.position = np.zeros(STREAMS, np.int64)
        self.rows = {
            i.name: np.zeros([STREAMS, *i.shape[1:]], np.float32)
            for i in delta.get_inputs()
            if i.name.startswith(("cache_key_", "cache_value_", "cache_time_"))
        }

    def step(self, signal):
        window = np.full(STREAMS, signal.shape[2], np.int64)
        feeds = {"audio_signal": signal, "cache_last_channel_len": self.lengths}
        plain = self.plain.run(None, {**feeds, **self.caches, "length": window})
        delta = self.delta.run(None, {**feeds, **self.rows, "cache_position": self.position})
        self.caches = {"cache_last_channel": plain[2], "cache_last_time": plain[3]}
        self.lengths = plain[4]
        self.position = self.position + delta[0].shape[1]
        for layer in range(len(delta[2])):
            self._append(f"cache_key_{layer}", delta[1][2 * layer])
            self._append(f"cache_value_{layer}", delta[1][2 * layer + 1])
            self._append(f"cache_time_{layer}", delta[2][layer])
        return plain[0], delta[0]

    def _append(self, name, new):
        old = self.rows[name]
        joined = np.concatenate([old, new], axis=old.ndim - 2)
        self.rows[name] = np.ascontiguousarray(joined[..., -old.shape[-2] :, :])
