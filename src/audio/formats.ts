/**
 * Tells what a file or the head of a stream is by its magic numbers, never by its name.
 *
 * `sniffFormat` judges files and may guess. `sniffContainer` judges streams that claim to be raw
 * samples: there a wrong guess would end a good call, so it accepts only what samples practically
 * never are: long magic numbers with plausible fields behind them.
 */
import { startsWithMp3Frames } from './mp3-frames.ts';

/** First bytes worth having before judging: several MP3 frames fit, everything else needs 64. */
export const SNIFF_BYTES = 4096;

/** Tab, line feed, form feed, carriage return, escape. */
const TEXT_CONTROLS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);

type AudioName = 'wav' | 'mp3' | 'ogg' | 'flac' | 'aiff' | 'webm' | 'mp4' | 'amr' | 'caf' | 'au';
type OtherName = 'png' | 'jpeg' | 'gif' | 'pdf' | 'zip';

export interface SniffedFormat {
  readonly name: AudioName | OtherName | 'empty' | 'text' | 'unknown';
  /** Whether it can hold audio; undefined when only a decoder can tell. */
  readonly audio: boolean | undefined;
  /** How to name it to a person, with an article: `a PNG image`. */
  readonly label: string;
}

export interface SniffedContainer {
  readonly name: AudioName | OtherName;
  /** What to do about it, one sentence. */
  readonly hint: string;
}

interface Signature {
  readonly name: AudioName | OtherName;
  readonly label: string;
  readonly audio: boolean;
  readonly matches: (bytes: Uint8Array) => boolean;
}

const SIGNATURES: readonly Signature[] = [
  audio('wav', 'a WAV file', (b) => /^(RIFF|RF64|BW64)$/.test(ascii(b, 0, 4)) && ascii(b, 8, 12) === 'WAVE'),
  audio('mp3', 'an MP3 file', (b) => hasId3Tag(b) || startsWithMp3Frames(b)),
  audio('ogg', 'an Ogg file', (b) => ascii(b, 0, 4) === 'OggS' && b[4] === 0),
  audio('flac', 'a FLAC file', (b) => ascii(b, 0, 4) === 'fLaC' && be32(b, 4) % 0x8000_0000 === 34),
  audio('aiff', 'an AIFF file', (b) => ascii(b, 0, 4) === 'FORM' && /^AIF[FC]$/.test(ascii(b, 8, 12))),
  audio(
    'webm',
    'a WebM or Matroska file',
    (b) => be32(b, 0) === 0x1a45dfa3 && /webm|matroska/.test(ascii(b, 4, 64)),
  ),
  audio('mp4', 'an MP4 file', (b) => ascii(b, 4, 8) === 'ftyp' && be32(b, 0) >= 8 && be32(b, 0) <= 4096),
  audio('amr', 'an AMR file', (b) => /^#!AMR(-WB)?\n/.test(ascii(b, 0, 9))),
  audio('caf', 'a Core Audio file', (b) => ascii(b, 0, 4) === 'caff' && be32(b, 4) === 0x0001_0000),
  audio('au', 'an AU file', (b) => ascii(b, 0, 4) === '.snd' && be32(b, 4) >= 24 && be32(b, 4) <= 65_536),
  other('png', 'a PNG image', (b) => be32(b, 0) === 0x89504e47 && be32(b, 4) === 0x0d0a1a0a),
  other(
    'jpeg',
    'a JPEG image',
    (b) => be32(b, 0) >>> 8 === 0xffd8ff && /^(JFIF|Exif)$/.test(ascii(b, 6, 10)),
  ),
  other('gif', 'a GIF image', (b) => /^GIF8[79]a$/.test(ascii(b, 0, 6))),
  other('pdf', 'a PDF document', (b) => ascii(b, 0, 5) === '%PDF-'),
  other('zip', 'a ZIP archive', (b) => be32(b, 0) === 0x504b0304 && b[5] === 0),
];

/** Judges a file by its first bytes (`SNIFF_BYTES` of them, or all there are). */
export function sniffFormat(bytes: Uint8Array): SniffedFormat {
  if (bytes.length === 0) return { name: 'empty', audio: false, label: 'empty' };
  const found = SIGNATURES.find((signature) => signature.matches(bytes));
  if (found) return found;
  if (isText(bytes)) return { name: 'text', audio: false, label: 'a text file' };
  return { name: 'unknown', audio: undefined, label: 'an unknown kind of file' };
}

/** The container whose header stands at the head of a stream that should be raw samples, if any. */
export function sniffContainer(firstBytes: Uint8Array): SniffedContainer | undefined {
  const found = SIGNATURES.find((signature) => signature.matches(firstBytes));
  return found && { name: found.name, hint: containerHint(found, firstBytes) };
}

function containerHint(found: Signature, bytes: Uint8Array): string {
  if (!found.audio) return `the stream begins like ${found.label}; send audio samples`;
  if (found.name === 'wav' && ascii(bytes, 12, 16) === 'fmt ' && bytes.length >= 28) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const rate = view.getUint32(24, true);
    const channels = view.getUint16(22, true);
    return `send the samples without the WAV header and declare sample_rate=${rate}&channels=${channels}`;
  }
  return `the stream begins like ${found.label}; decode it first: ffmpeg -i FILE -f s16le -ac 1 -ar 16000 -`;
}

function audio(name: AudioName, label: string, matches: Signature['matches']): Signature {
  return { name, label, audio: true, matches };
}

function other(name: OtherName, label: string, matches: Signature['matches']): Signature {
  return { name, label, audio: false, matches };
}

/** An ID3v2 tag: three letters alone are too few, so version, flags and length must be valid too. */
function hasId3Tag(bytes: Uint8Array): boolean {
  if (bytes.length < 10 || ascii(bytes, 0, 3) !== 'ID3') return false;
  const [major, flags] = [bytes[3]!, bytes[5]!];
  return major >= 2 && major <= 4 && (flags & 0x0f) === 0 && bytes.subarray(6, 10).every((b) => b < 0x80);
}

/** Valid UTF-8 without the control characters that only binary data holds; a cut last character is fine. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.some((byte) => byte < 0x20 && !TEXT_CONTROLS.has(byte))) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

/** Big-endian 32 bits at `at`; zero where `bytes` end sooner. */
function be32(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}
