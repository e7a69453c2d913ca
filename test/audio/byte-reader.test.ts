import { expect, test, vi } from 'vitest';
import { createByteReader } from '../../src/audio/byte-reader.ts';

async function* source(
  texts: readonly string[],
  onEnd: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for (const text of texts) yield await Promise.resolve(Buffer.from(text));
  } finally {
    onEnd();
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

test('peeking leaves the bytes for whoever takes them', async () => {
  const reader = createByteReader(source(['ab', 'cd', 'ef']));
  expect(textOf(await reader.peek(3))).toBe('abc');
  expect(textOf(await reader.take(5))).toBe('abcde');
  expect(textOf(await reader.take(5))).toBe('f');
  expect(textOf(await reader.peek(1))).toBe('');
});

test('skipping steps over pieces and tells how far it came', async () => {
  const reader = createByteReader(source(['abc', 'def']));
  expect(await reader.skip(4)).toBe(4);
  expect(textOf(await reader.take(1))).toBe('e');
  expect(await reader.skip(9)).toBe(1);
});

test('the rest stops at its limit and gives the source back', async () => {
  const onEnd = vi.fn();
  const reader = createByteReader(source(['abc', '', 'def', 'ghi'], onEnd));
  await reader.take(1);
  const parts: string[] = [];
  for await (const piece of reader.rest(4)) parts.push(textOf(piece));
  expect(parts).toEqual(['bc', 'de']);
  expect(onEnd).toHaveBeenCalledOnce();
});

test('leaving the rest early gives the source back', async () => {
  const onEnd = vi.fn();
  for await (const piece of createByteReader(source(['abc', 'def'], onEnd)).rest()) {
    expect(textOf(piece)).toBe('abc');
    break;
  }
  expect(onEnd).toHaveBeenCalledOnce();
});
