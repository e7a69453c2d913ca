#!/usr/bin/env python3
"""Shape-true FastConformer-CTC models with random weights, to time what real ones cost.

    python3 bench/models/make-fastconformer.py [--size 30m|100m] [--chunk-ms 80,160,560] [--out DIR]

The graph is NeMo's: its model class, its cache-aware export, with the metadata of sherpa-onnx's streaming
CTC dialect. Only the words mean nothing. For each chunk there are model.<ms>ms.onnx and two dynamic int8
forms, signed (.int8) and unsigned (.int8u, what is usually published). Versions and set-up:
scripts/fixtures/models/README.md.
"""

import argparse
import sys
import wave
from pathlib import Path

import numpy as np
import torch
from nemo.collections.asr.models import EncDecCTCModel

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'scripts/fixtures/models'))

import export  # noqa: E402
import fastconformer  # noqa: E402
import weights  # noqa: E402

# NeMo's "Medium" (32 M) and "Large" (115 M) rows; the large one has the 17 layers of its streaming models.
SHAPES = {
    '30m': fastconformer.Shape(bands=80, layers=16, d_model=256, heads=4, conv_channels=256),
    '100m': fastconformer.Shape(bands=80, layers=17, d_model=512, heads=8, conv_channels=256),
}
LEFT_FRAMES = 70
FRAME_MS = 80
VOCABULARY = 1024
BLANK_SHARE = 0.6
SEED = 20240229


def pieces() -> list[str]:
    """1024 distinct syllables, every third beginning a word: transcripts have words of a plausible length."""
    onsets, vowels = 'bdfgklmnprstvwzh', 'aeiou'
    codas = ['', 'n', 'r', 's', 'l', 't', 'm', 'k', 'd', 'p', 'sh', 'th', 'x']
    syllables = [o + v + c for c in codas for v in vowels for o in onsets]
    return [('▁' if i % 3 == 0 else '') + s for i, s in enumerate(syllables[:VOCABULARY])]


def speech() -> torch.Tensor:
    """The demo clip of this repository, as one batch of samples."""
    with wave.open(str(ROOT / 'fixtures/audio/demo.wav')) as wav:
        samples = np.frombuffer(wav.readframes(wav.getnframes()), dtype='<i2')
    return torch.from_numpy(samples.astype(np.float32) / 32768)[None]


def build(shape: fastconformer.Shape):
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    # The first context is the one in force; the list makes the others legal, as in NeMo's "multi" models.
    contexts = [[LEFT_FRAMES, 6], [LEFT_FRAMES, 1], [LEFT_FRAMES, 0]]
    model = EncDecCTCModel(cfg=fastconformer.ctc(shape, pieces(), contexts)).eval()
    weights.stir(model, generator)
    audio = speech()
    with torch.inference_mode():
        features, length = model.preprocessor(input_signal=audio, length=torch.tensor([audio.shape[1]]))
        weights.centre_subsampling(model.encoder, features)
        encoded, _ = model.encoder(audio_signal=features, length=length)
        weights.centre_ctc(model, encoded[0], BLANK_SHARE, generator)
    return model


def export_chunk(model, folder: Path, chunk_ms: int) -> None:
    model.encoder.set_default_att_context_size([LEFT_FRAMES, chunk_ms // FRAME_MS - 1])
    model.set_export_config({'cache_support': True})
    path = folder / f'model.{chunk_ms}ms.onnx'
    model.export(str(path))
    export.write_metadata(path, export.metadata(model, VOCABULARY))
    export.quantize(path, path.with_suffix('.int8.onnx'), signed=True)
    export.quantize(path, path.with_suffix('.int8u.onnx'), signed=False)
    for made in sorted(folder.glob(f'model.{chunk_ms}ms*')):
        print(f'{made}  {made.stat().st_size / 1e6:.1f} MB', flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--size', choices=SHAPES, action='append', help='repeatable; all when absent')
    parser.add_argument('--chunk-ms', default='80,160,560')
    parser.add_argument('--out', type=Path, default=ROOT / 'bench/.cache/models')
    options = parser.parse_args()
    for size in options.size or SHAPES:
        folder = options.out / f'fastconformer-{size}-random'
        folder.mkdir(parents=True, exist_ok=True)
        model = build(SHAPES[size])
        parameters = sum(p.numel() for p in model.parameters())
        print(f'fastconformer-{size}: {parameters / 1e6:.1f} M parameters', flush=True)
        export.write_tokens(folder / 'tokens.txt', pieces())
        for chunk_ms in map(int, options.chunk_ms.split(',')):
            export_chunk(model, folder, chunk_ms)


if __name__ == '__main__':
    main()
