/** One session that speaks, message by message when each is due, and tells every text it receives as it came. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { int16ToS16le } from '../../audio/pcm.ts';
import type { Clock } from '../../base/clock.ts';
import { RtError, type RtErrorCode } from '../../base/errors.ts';
import { randomFrom } from '../../base/random.ts';
import { encodeMessage, parseServerMessage } from '../../protocol/codec.ts';
import { SUBPROTOCOL } from '../../protocol/version.ts';
import { type Program, samplesAt } from '../program.ts';
import { openSocketStream } from '../wires/socket-stream.ts';

const CONNECT_TIMEOUT_MS = 10_000;

export interface SpeakerOptions {
  /** Of the gateway, with path and query. */
  readonly url: string;
  readonly program: Program;
  /** Decides where in it the audio begins. */
  readonly seed: number;
  readonly frameMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Every text of the server, in the turn in which it came. */
  readonly onText: (json: string, atMs: number) => void;
  /** How late a message left. */
  readonly onSent: (latenessMs: number) => void;
}

export interface BegunSession {
  readonly id: string;
  readonly model: string;
}

export interface CaptionSpeaker {
  /** Rejects with the code of the gateway, or gateway_unreachable. */
  readonly begun: Promise<BegunSession>;
  /** Says `forMs` of the program, then that this was all. @throws the signal's reason */
  speak(forMs: number): Promise<void>;
  /** The connection is over. */
  readonly over: Promise<void>;
  readonly close: () => void;
}

export function openCaptionSpeaker(options: SpeakerOptions): CaptionSpeaker {
  const { clock } = options;
  let isOver = false;
  let onBegun = (_session: BegunSession): void => undefined;
  let onFailed = (_fault: RtError): void => undefined;
  let onOver = (): void => undefined;
  const begun = new Promise<BegunSession>((resolve, reject) => {
    onBegun = resolve;
    onFailed = reject;
  });
  const over = new Promise<void>((resolve) => {
    onOver = resolve;
  });
  const fail = (code: RtErrorCode, message: string): void => onFailed(new RtError(code, message));
  const socket = openSocketStream({
    url: options.url,
    timeoutMs: CONNECT_TIMEOUT_MS,
    subprotocols: [SUBPROTOCOL],
    unreachable: 'gateway_unreachable',
    onOpen: () => undefined,
    onText: (text) => {
      options.onText(text, clock.nowMs());
      const message = parseServerMessage(text);
      if (message.type === 'session.begin') {
        onBegun({ id: message.session_id, model: message.model });
      } else if (message.type === 'error' && !message.recoverable) fail(message.code, message.message);
    },
    handlers: {
      onFault: ({ code, message }) => fail(code, message),
      onClose: () => {
        isOver = true;
        fail('session_failed', 'The gateway closed the session before it began');
        onOver();
      },
    },
  });
  return {
    begun,
    over,
    close: socket.close,
    async speak(forMs) {
      await sayAll(options, { forMs, isOver: () => isOver, say: socket.send });
      socket.send(encodeMessage({ type: 'end' }));
    },
  };
}

/** Every message when its last sample would have been spoken. */
async function sayAll(
  { clock, signal, program, frameMs, seed, onSent }: SpeakerOptions,
  parts: { readonly forMs: number; readonly isOver: () => boolean; readonly say: (pcm: Uint8Array) => void },
): Promise<void> {
  const frameSamples = (frameMs * SAMPLE_RATE) / 1000;
  const offsetSamples = Math.floor(randomFrom(seed)() * program.loopSamples);
  const originMs = clock.nowMs();
  for (let message = 0; (message + 1) * frameMs <= parts.forMs && !parts.isOver(); message++) {
    const dueMs = originMs + (message + 1) * frameMs;
    for (let leftMs = dueMs - clock.nowMs(); leftMs > 0; leftMs = dueMs - clock.nowMs()) {
      await clock.sleep(Math.max(1, Math.floor(leftMs)), signal);
    }
    onSent(clock.nowMs() - dueMs);
    const pcm = samplesAt(program, { offsetSamples, fromSample: message * frameSamples }, frameSamples);
    parts.say(int16ToS16le(pcm));
  }
}
