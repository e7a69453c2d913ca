import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientMessage } from '../../src/protocol/client-messages.ts';
import {
  encodeMessage,
  parseClientMessage,
  parseServerMessage,
  parseWorkerConfig,
  parseWorkerMessage,
} from '../../src/protocol/codec.ts';
import type { WarningCode } from '../../src/protocol/server-messages.ts';

describe('parseClientMessage', () => {
  it.each([
    [{ type: 'end' }],
    [{ type: 'flush' }],
    [{ type: 'clear' }],
    [{ type: 'keepalive' }],
    [{ type: 'config' }],
    [
      {
        type: 'config',
        interim_results: false,
        word_timestamps: true,
        vad_threshold: 0.6,
        min_speech_ms: 200,
        min_silence_ms: 800,
      },
    ],
    [{ type: 'resume', token: 't', from_sample: 48_000, have_seq: 0 }],
  ] satisfies [ClientMessage][])('reads %j as it was written', (message) => {
    expect(parseClientMessage(encodeMessage(message))).toEqual(message);
  });

  it.each([
    ['hello', 'not JSON'],
    ['', 'not JSON'],
    ['{"type":"end"', 'not JSON'],
    ['{"type":"end","x":NaN}', 'not JSON'],
    ['null', 'not a JSON object'],
    ['[]', 'not a JSON object'],
    ['"end"', 'not a JSON object'],
    ['{}', '"type" is missing or not a string'],
    ['{"type":1}', '"type" is missing or not a string'],
    ['{"type":"start"}', 'unknown type "start"; known: end, flush, clear, keepalive, config, resume'],
    ['{"type":"toString"}', 'unknown type "toString"; known: end, flush, clear, keepalive, config, resume'],
    ['{"type":"\\u001b[2J"}', 'unknown type "[2J"; known: end, flush, clear, keepalive, config, resume'],
    ['{"type":"config","vad_threshold":1}', 'config.vad_threshold: expected a number above 0 and below 1'],
    [
      '{"type":"config","vad_threshold":"0.5"}',
      'config.vad_threshold: expected a number above 0 and below 1',
    ],
    [
      '{"type":"config","min_silence_ms":1e999}',
      'config.min_silence_ms: expected a whole number from 32 to 10000',
    ],
    [
      '{"type":"config","min_speech_ms":null}',
      'config.min_speech_ms: expected a whole number from 0 to 5000',
    ],
    ['{"type":"config","interim_results":"false"}', 'config.interim_results: expected true or false'],
    [
      '{"type":"resume","from_sample":0,"have_seq":0}',
      'resume.token: expected a text of 1 to 4096 characters',
    ],
    [
      '{"type":"resume","token":"t","from_sample":-1,"have_seq":0}',
      'resume.from_sample: expected a sample number',
    ],
    [
      '{"type":"resume","token":"t","from_sample":0.5,"have_seq":0}',
      'resume.from_sample: expected a sample number',
    ],
    ['{"type":"resume","token":"t","from_sample":0}', 'resume.have_seq: expected a sample number'],
  ])('[WIRE-20] refuses %s: %s', (text, reason) => {
    expect(parseClientMessage(text)).toEqual({ type: 'invalid', reason });
  });

  it('[WIRE-21] ignores fields it does not know, __proto__ among them', () => {
    const message = parseClientMessage('{"type":"end","new":1,"__proto__":{"admin":true},"constructor":{}}');
    expect(message).toEqual({ type: 'end' });
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(Object.keys(message)).toEqual(['type']);
    expect(parseClientMessage('{"__proto__":{"type":"end"}}')).toMatchObject({ type: 'invalid' });
  });

  it('[WIRE-21] takes the last of a repeated field', () => {
    expect(parseClientMessage('{"type":"flush","type":"end"}')).toEqual({ type: 'end' });
  });

  it('[WIRE-22] reads 16,384 characters and not one more', () => {
    const padded = (length: number): string => `{"type":"end","pad":"${'x'.repeat(length - 23)}"}`;
    expect(padded(16_384)).toHaveLength(16_384);
    expect(parseClientMessage(padded(16_384))).toEqual({ type: 'end' });
    expect(parseClientMessage(padded(16_385))).toEqual({
      type: 'invalid',
      reason: 'message of 16385 characters; at most 16384 are read',
    });
  });

  it('[WIRE-22] reads 16 levels and not one more', () => {
    const nested = (depth: number): string =>
      `{"type":"end","deep":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(parseClientMessage(nested(16))).toEqual({ type: 'end' });
    expect(parseClientMessage(nested(17))).toEqual({
      type: 'invalid',
      reason: 'nested deeper than 16 levels',
    });
    expect(parseClientMessage('['.repeat(10_000))).toMatchObject({ type: 'invalid' });
    expect(parseClientMessage(`{"type":"end","text":"${'['.repeat(99)}\\"${'{'.repeat(99)}"}`)).toEqual({
      type: 'end',
    });
  });

  it('[WIRE-20] never throws, whatever the text', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('utf8'));
    const objects = fc
      .record({ type: fc.constantFrom('end', 'config', 'resume', 'x', '__proto__') }, { requiredKeys: [] })
      .chain((base) =>
        fc.dictionary(fc.string(), fc.jsonValue()).map((rest) => JSON.stringify({ ...rest, ...base })),
      );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), bytes, objects), (text) => {
        const message = parseClientMessage(text);
        if (message.type === 'invalid') expect(message.reason).not.toMatch(/\p{Cc}/u);
        expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('parseWorkerConfig', () => {
  it('[WIRE-60] reads the first message of the simplest gateway', () => {
    const first =
      '{"session_id": "sess_5f0c2a91be77", "language": "auto", "model": "fast", "word_timestamps": false, "interim_results": true}';
    expect(parseWorkerConfig(first)).toEqual(parseWorkerConfig('{"session_id":"sess_5f0c2a91be77"}'));
    expect(parseWorkerConfig(first)).toEqual({
      session_id: 'sess_5f0c2a91be77',
      language: 'auto',
      model: 'fast',
      word_timestamps: false,
      interim_results: true,
      protocol: 1,
      epoch: 1,
      from_sample: 0,
      history_samples: 0,
      enable_vad: true,
      vad_threshold: 0.5,
      min_speech_ms: 250,
      min_silence_ms: 500,
      prefix_padding_ms: 300,
      max_utterance_s: 30,
      progress: 'interval',
    });
  });

  it('[WIRE-60] reads what it writes', () => {
    const config = {
      ...parseWorkerConfig('{"session_id":"s"}'),
      epoch: 3,
      from_sample: 51_200,
      history_samples: 16_000,
      progress: 'step' as const,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    expect(parseWorkerConfig(encodeMessage(config))).toEqual(config);
  });

  it.each([
    ['{}', 'session.session_id: expected a text'],
    ['{"session_id":"../x"}', 'session.session_id: expected 1 to 64 of A-Z a-z 0-9 _ -'],
    ['{"session_id":"s","language":"english"}', 'session.language: expected "auto" or a language tag'],
    ['{"session_id":"s","max_utterance_s":31}', 'session.max_utterance_s: expected a number from 5 to 30'],
    ['{"session_id":"s","progress":"often"}', 'session.progress: expected "interval" or "step"'],
    [
      '{"session_id":"s","from_sample":512,"history_samples":513}',
      'session.history_samples: expected at most from_sample',
    ],
    ['hello', 'not JSON'],
  ])('[WIRE-61] refuses %s: %s', (text, reason) => {
    expect(() => parseWorkerConfig(text)).toThrow(
      expect.objectContaining({
        code: 'invalid_message',
        message: `The first message cannot be read: ${reason}.`,
      }),
    );
  });
});

const FINAL = { text: 'a', start: 0, end: 1, audio_end: 1.5, confidence: 0.9, words: null };
const WORKER_MESSAGES = [
  {
    type: 'session.begin',
    session_id: 's',
    protocol: 1,
    model: 'm',
    language: 'en',
    partials: true,
    warnings: [],
  },
  { type: 'vad.speech_start', timestamp: 0.5 },
  { type: 'vad.speech_end', timestamp: 1.5 },
  { type: 'transcript.partial', text: 'a', start: 0, end: 1, audio_end: 1, stable_chars: 0 },
  { type: 'transcript.final', ...FINAL, commit_sample: 512 },
  { type: 'warning', code: 'degraded', message: 'm', extra: 1 },
  { type: 'progress', received: 3, decoded: 2, commit_sample: 0 },
  {
    type: 'session.end',
    session_id: 's',
    total_duration: 1,
    total_speech_duration: 1,
    transcript: '',
    segments: [],
  },
  { type: 'error', code: 'asr_failed', message: 'm', recoverable: true, retry: 'never', ref: 'RT8002' },
];

describe('parseWorkerMessage', () => {
  it.each(WORKER_MESSAGES)('[WIRE-62] reads $type', (message) => {
    expect(parseWorkerMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each(WORKER_MESSAGES)('[WIRE-62] refuses $type without any one of its fields', (message) => {
    for (const field of Object.keys(message).filter((name) => name !== 'type' && name !== 'extra')) {
      const { [field]: _gone, ...rest } = message as Record<string, unknown>;
      expect(parseWorkerMessage(JSON.stringify(rest))).toMatchObject({
        type: 'invalid',
        reason: expect.stringContaining(`${message.type}.${field}: expected `) as string,
      });
    }
  });

  it('[WIRE-62] refuses times and positions that are none', () => {
    expect(parseWorkerMessage('{"type":"vad.speech_start","timestamp":1e999}')).toMatchObject({
      type: 'invalid',
    });
    expect(
      parseWorkerMessage('{"type":"progress","received":1,"decoded":0.5,"commit_sample":0}'),
    ).toMatchObject({
      reason: 'progress.decoded: expected sample',
    });
  });

  it('[WIRE-62] passes a type it does not know by name', () => {
    expect(parseWorkerMessage('{"type":"speaker.change"}')).toEqual({
      type: 'unknown',
      name: '"speaker.change"',
    });
  });
});

describe('parseServerMessage', () => {
  const begin = {
    ...WORKER_MESSAGES[0],
    seq: 1,
    sample_rate: 16_000,
    encoding: 'pcm_s16le',
    channels: 1,
    epoch: 1,
  };

  it('[WIRE-30] reads durable events with their number and refuses them without', () => {
    expect(parseServerMessage(JSON.stringify(begin))).toEqual(begin);
    const { seq: _seq, ...rest } = begin;
    expect(parseServerMessage(JSON.stringify(rest))).toEqual({
      type: 'invalid',
      reason: 'session.begin.seq: expected sample',
    });
    expect(parseServerMessage(JSON.stringify({ type: 'transcript.final', ...FINAL }))).toMatchObject({
      type: 'invalid',
    });
  });

  it.each([
    [{ type: 'transcript.partial', text: 'a', start: 0, end: 1, audio_end: 1, stable_chars: 0 }],
    [{ type: 'ack', received: 3, decoded: 2, committed: 1 }],
    [{ type: 'goaway', reason: 'draining', reconnect_in_ms: 500 }],
    [
      {
        type: 'error',
        code: 'shutting_down',
        message: 'gone',
        recoverable: false,
        retry: 'now',
        ref: 'RT8012',
      },
    ],
  ])('[WIRE-30] reads %j, which has no number', (message) => {
    expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
  });

  it('[WIRE-34] knows the warnings of docs/protocol.md with their fields', async () => {
    const { readFile } = await import('node:fs/promises');
    const known: Readonly<Record<WarningCode, readonly string[]>> = {
      processing_lag: ['lag_s'],
      failover: ['gap_ms'],
      degraded: ['waited_ms', 'partials', 'from', 'to'],
      rate_mismatch: ['declared_rate', 'observed_rate'],
      trailing_byte: ['bytes'],
      ended_by_operator: [],
      unsupported_option: ['option'],
      speech_without_words: [],
      repeated_text: [],
    };
    const [, table = ''] = (await readFile('docs/protocol.md', 'utf8')).split(/^\| warning .*\n/m);
    const rows = [...table.matchAll(/^\| `([a-z_]+)` +\| (.*?) +\|/gm)].slice(0, Object.keys(known).length);
    const named = (cell: string): string[] => [...cell.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name);
    expect(rows.map(([, code, cell = '']) => [code, named(cell)])).toEqual(Object.entries(known));
  });

  it('[WIRE-31] skips what newer servers may add', () => {
    expect(parseServerMessage('{"type":"transcript.translation","text":"x"}')).toEqual({
      type: 'unknown',
      name: '"transcript.translation"',
    });
    expect(parseServerMessage(JSON.stringify({ ...begin, added: true }))).toMatchObject({
      type: 'session.begin',
    });
  });

  it('reads the examples of docs/protocol.md', async () => {
    const { readFile } = await import('node:fs/promises');
    const examples = (await readFile('docs/protocol.md', 'utf8')).match(/^\{"type":.*\}$/gm) ?? [];
    const isRead = (text: string): boolean =>
      [parseClientMessage, parseServerMessage].some(
        (parse) => !['invalid', 'unknown'].includes(parse(text).type),
      );
    expect(examples.length).toBeGreaterThanOrEqual(16);
    expect(examples.filter((text) => !isRead(text))).toEqual([]);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        parseServerMessage(text);
        parseWorkerMessage(text);
      }),
      { numRuns: 2_000 },
    );
  });
});
