/** Writes finals as subtitle files: SubRip (.srt) and WebVTT (.vtt). */
import { safeText } from '../base/terminal-text.ts';

/** A stretch of speech, in seconds of its stream. */
export interface SubtitleSegment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What most players show in one line, and the broadcasters' customary limit. */
const LINE_CHARS = 42;

/** The segments as SubRip, numbered from 1; segments without text are left out. */
export function toSrt(segments: readonly SubtitleSegment[]): string {
  const cues = spoken(segments).map(({ start, end, text }, i) => {
    // An arrow in the text would be read as a line of times; SubRip has no way to escape it.
    const lines = wrapText(text.replaceAll('-->', '→'), LINE_CHARS).join('\n');
    return `${i + 1}\n${timestamp(start, ',')} --> ${timestamp(end, ',')}\n${lines}\n`;
  });
  return cues.join('\n');
}

/** The segments as WebVTT (W3C), text escaped; segments without text are left out. */
export function toVtt(segments: readonly SubtitleSegment[]): string {
  const cues = spoken(segments).map(({ start, end, text }) => {
    const lines = wrapText(text, LINE_CHARS).map(escapeVtt).join('\n');
    return `\n${timestamp(start, '.')} --> ${timestamp(end, '.')}\n${lines}\n`;
  });
  return `WEBVTT\n${cues.join('')}`;
}

/** Breaks text at spaces into lines of at most `maxChars` code points; longer words are cut. */
export function wrapText(text: string, maxChars: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text
    .split(/\s+/u)
    .filter(Boolean)
    .flatMap((word) => cutWord(word, maxChars))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (Array.from(longer).length <= maxChars) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Text made fit for one cue (a blank line would end it), times made increasing. */
function spoken(segments: readonly SubtitleSegment[]): SubtitleSegment[] {
  return segments
    .map(({ start, end, text }) => ({
      start,
      // Players drop cues that end where they begin.
      end: Math.max(end, start + 0.001),
      text: safeText(text).replace(/\s+/gu, ' ').trim(),
    }))
    .filter(({ text }) => text !== '');
}

function cutWord(word: string, maxChars: number): string[] {
  const characters = Array.from(word);
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += maxChars) {
    parts.push(characters.slice(at, at + maxChars).join(''));
  }
  return parts;
}

function escapeVtt(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `HH:MM:SS` and milliseconds behind `separator`. */
function timestamp(seconds: number, separator: ',' | '.'): string {
  const totalMs = Math.max(0, Math.round(seconds * 1000));
  const pad = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  const clock = [pad(totalMs / 3_600_000, 2), pad((totalMs / 60_000) % 60, 2), pad((totalMs / 1000) % 60, 2)];
  return `${clock.join(':')}${separator}${pad(totalMs % 1000, 3)}`;
}
