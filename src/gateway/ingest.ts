/**
 * A client's audio into what the worker link carries: 16-bit mono at 16 kHz. Counts frames at the
 * client's own rate, because every position the client sees is on that scale.
 *
 * Refuses a stream that begins with the header of a container: its bytes would be noise.
 */
import { SAMPLE_RATE } from '../audio/frame.ts';
import { createByteCarry } from '../audio/byte-carry.ts';
import { SNIFF_BYTES, sniffContainer } from '../audio/formats.ts';
import { int16ToS16le } from '../audio/pcm.ts';
import { createPcmDecoder, isPcmEncoding, type PcmEncoding } from '../audio/pcm-decoder.ts';
import { createResampler, loadResampler } from '../audio/resample.ts';
import { RtError } from '../base/errors.ts';
import type { StreamQuery } from '../protocol/query.ts';

const LINK_SAMPLE_BYTES = 2;
/** Bytes that must have come before a container is looked for. */
const SNIFF_LEAST_BYTES = 12;

export interface Ingest {
  /** Whole frames per channel received, at the client's rate. */
  readonly frames: number;
  /** Samples at 16 kHz handed to the link. */
  readonly samples: number;
  /** Bytes of an incomplete frame at the end of what came. */
  readonly leftoverBytes: number;
  /** Bytes for the link, perhaps none yet; may be a view of `bytes`. @throws RtError invalid_audio */
  push(bytes: Uint8Array): Uint8Array;
  /** What the resampler still holds. */
  end(): Uint8Array;
  /** Frees the resampler. Idempotent. */
  close(): void;
}

type IngestFormat = Pick<StreamQuery, 'encoding' | 'sampleRate' | 'channels'>;
type PcmFormat = IngestFormat & { readonly encoding: PcmEncoding };

/** Where the first frame that comes stands; both name the same moment. */
export interface IngestStart {
  readonly frame: number;
  readonly sample: number;
}

/** @throws RtError invalid_parameters for an encoding this gateway does not decode */
export async function openIngest(
  format: IngestFormat,
  start: IngestStart = { frame: 0, sample: 0 },
): Promise<Ingest> {
  const { encoding } = format;
  if (!isPcmEncoding(encoding)) {
    throw new RtError('invalid_parameters', `encoding=${encoding} is not decoded by this gateway`, {
      hint: 'Send pcm_s16le, pcm_f32le, mulaw or alaw.',
    });
  }
  if (format.sampleRate !== SAMPLE_RATE) await loadResampler();
  return createIngest({ ...format, encoding }, start);
}

function createIngest(format: PcmFormat, start: IngestStart): Ingest {
  const conversion = isLinkFormat(format) ? createPassage() : createConversion(format);
  const sniffer = createSniffer();
  let { frame: frames, sample: samples } = start;
  let isClosed = false;
  const count = (bytes: Uint8Array): Uint8Array => {
    samples += bytes.length / LINK_SAMPLE_BYTES;
    return bytes;
  };
  return {
    get frames() {
      return frames;
    },
    get samples() {
      return samples;
    },
    get leftoverBytes() {
      return conversion.leftoverBytes;
    },
    push(bytes) {
      sniffer.look(bytes);
      const pushed = conversion.push(bytes);
      frames += pushed.frames;
      return count(pushed.bytes);
    },
    end() {
      if (isClosed) return new Uint8Array(0);
      isClosed = true;
      return count(conversion.flush());
    },
    close() {
      if (!isClosed) conversion.close();
      isClosed = true;
    },
  };
}

/** From the client's bytes to the link's. */
interface Conversion {
  readonly leftoverBytes: number;
  push(bytes: Uint8Array): { readonly frames: number; readonly bytes: Uint8Array };
  /** What is still held of audio that has come; the conversion is closed then. */
  flush(): Uint8Array;
  close(): void;
}

function isLinkFormat({ encoding, sampleRate, channels }: PcmFormat): boolean {
  return encoding === 'pcm_s16le' && sampleRate === SAMPLE_RATE && channels === 1;
}

/**
 * What most clients send is what the link carries: only whole samples have to be seen to. Decoding and
 * encoding it again was 7 % of a gateway's CPU.
 */
function createPassage(): Conversion {
  const carry = createByteCarry(LINK_SAMPLE_BYTES);
  return {
    get leftoverBytes() {
      return carry.leftoverBytes;
    },
    push(bytes) {
      const whole = carry.push(bytes);
      return { frames: whole.length / LINK_SAMPLE_BYTES, bytes: whole };
    },
    flush: () => new Uint8Array(0),
    close() {},
  };
}

function createConversion({ encoding, sampleRate, channels }: PcmFormat): Conversion {
  const decoder = createPcmDecoder({ encoding, channels });
  const resampler = sampleRate === SAMPLE_RATE ? undefined : createResampler({ fromRate: sampleRate });
  return {
    get leftoverBytes() {
      return decoder.leftoverBytes;
    },
    push(bytes) {
      const pcm = decoder.push(bytes);
      return { frames: pcm.length, bytes: int16ToS16le(resampler ? resampler.push(pcm) : pcm) };
    },
    flush: () => (resampler ? int16ToS16le(resampler.flush()) : new Uint8Array(0)),
    close: () => resampler?.close(),
  };
}

/** Looks at the first bytes of the stream until there are enough to know. */
function createSniffer(): { look(bytes: Uint8Array): void } {
  let head: Uint8Array | undefined = new Uint8Array(0);
  return {
    look(bytes) {
      if (!head) return;
      head = Buffer.concat([head, bytes.subarray(0, SNIFF_BYTES - head.length)]);
      if (head.length < SNIFF_LEAST_BYTES) return;
      const found = sniffContainer(head);
      if (found) {
        throw new RtError('invalid_audio', `The audio is ${found.name}, raw samples are due`, {
          hint: found.hint,
        });
      }
      if (head.length >= SNIFF_BYTES) head = undefined;
    },
  };
}
