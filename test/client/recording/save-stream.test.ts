import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wavBytes } from '../../../src/audio/wav-bytes.ts';
import { createStreamSaver } from '../../../src/client/recording/save-stream.ts';
import type { TranscriptFinal } from '../../../src/protocol/server-messages.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-save-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ID = 'sess_0123456789ab';
const FINAL: TranscriptFinal = {
  type: 'transcript.final',
  text: 'hello\u001b[2J world',
  start: 0.5,
  end: 1,
  audio_end: 1,
  confidence: 1,
  words: null,
};

describe('a stream that is kept', () => {
  it('[STR-15] has five files of the name of its session, safe to print', () => {
    const saver = createStreamSaver(join(folder, 'a', 'b'));
    saver.begin(ID);
    saver.begin('sess_ffffffffffff');
    saver.hear(Int16Array.of(1, 2, 3));
    const { paths, fault } = saver.finish([FINAL], { answer: 42 });
    const base = join(folder, 'a', 'b', ID);
    expect(fault).toBeUndefined();
    expect(paths).toEqual(['wav', 'json', 'srt', 'vtt', 'txt'].map((ending) => `${base}.${ending}`));
    expect(readdirSync(join(folder, 'a', 'b'))).toHaveLength(5);
    expect(JSON.parse(readFileSync(`${base}.json`, 'utf8'))).toEqual({ answer: 42 });
    expect(readFileSync(`${base}.txt`, 'utf8')).toBe('hello world\n');
    expect(readFileSync(`${base}.srt`, 'utf8')).toBe('1\n00:00:00,500 --> 00:00:01,000\nhello world\n');
    expect(readFileSync(`${base}.vtt`, 'utf8')).toContain('hello world');
    expect(readFileSync(`${base}.wav`)).toEqual(wavBytes(Int16Array.of(1, 2, 3), 16_000));
  });

  it('[STR-15] never takes a name from an id that is none', () => {
    const saver = createStreamSaver(join(folder, 'kept'));
    saver.begin('../../etc/passwd');
    const { paths } = saver.finish([], {});
    expect(readdirSync(folder)).toEqual(['kept']);
    for (const path of paths) expect(path).toMatch(/\/kept\/sess_[0-9a-f]{12}\.\w+$/);
  });

  it('[STR-15] has no files where no session began', () => {
    const saver = createStreamSaver(folder);
    saver.hear(Int16Array.of(1));
    expect(saver.finish([], {})).toEqual({ paths: [], fault: undefined });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('[STR-15] [STR-16] has whole files or none where the disk is full, and tells the first fault', () => {
    symlinkSync('/dev/full', join(folder, `${ID}.json.${String(process.pid)}.part`));
    const saver = createStreamSaver(folder);
    saver.begin(ID);
    const { paths, fault } = saver.finish([FINAL], { answer: 42 });
    expect(fault).toMatchObject({
      code: 'disk_full',
      message: `No space is left for ${join(folder, ID)}.json`,
    });
    expect(paths).toHaveLength(4);
    expect(readdirSync(folder).toSorted()).toEqual(
      ['srt', 'txt', 'vtt', 'wav'].map((ending) => `${ID}.${ending}`),
    );
  });

  it('[STR-16] is refused where its folder is a file', () => {
    mkdirSync(join(folder, 'x'));
    symlinkSync('/dev/null', join(folder, 'file'));
    expect(() => createStreamSaver(join(folder, 'file'))).toThrow(
      expect.objectContaining({ code: 'file_unreadable' }),
    );
  });
});
