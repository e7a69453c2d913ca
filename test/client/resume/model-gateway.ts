/**
 * A gateway as docs/sessions.md has it, reduced to what a client can tell apart: a journal, an engine that hears a
 * word every hundred frames, and connections in memory that break where a test says. Audio is one byte a frame and
 * byte p must be p modulo 251, so a byte that is lost, doubled or moved is noticed at once.
 */
import type { Clock } from '../../../src/base/clock.ts';
import { RtError } from '../../../src/base/errors.ts';
import type { Link } from '../../../src/client/link.ts';
import { createInbox } from '../../../src/client/inbox.ts';
import type { ReceivedMessage } from '../../../src/client/metrics.ts';
import type { StreamOptions } from '../../../src/client/ports.ts';
import type { ClientMessage } from '../../../src/protocol/client-messages.ts';
import type { DurableEvent, Numbered, ServerMessage } from '../../../src/protocol/server-messages.ts';
import type { SocketClose } from '../../../src/transport/socket.ts';

export const WORD_FRAMES = 100;
export const RATE = 8_000;

/** Where one connection breaks. */
export interface Cut {
  /** Messages of the client that arrive before it; 0: the connection is never made. */
  readonly up: number;
  /** Messages of the gateway that arrive before it. */
  readonly down: number;
  readonly code: number;
}

export interface ModelGateway {
  readonly openLink: (options: StreamOptions, context: { readonly clock: Clock }) => Promise<Link>;
  /** Connections that were asked for. */
  readonly dialled: number;
  /** What arrived besides audio, with the frame it came behind. */
  readonly heard: readonly { readonly frame: number; readonly message: ClientMessage }[];
}

export const byteAt = (frame: number): number => frame % 251;

/** Connection n breaks as `cuts[n]` says; later ones hold. */
export function createModelGateway(cuts: readonly Cut[]): ModelGateway {
  const journal: Numbered[] = [];
  const heard: { frame: number; message: ClientMessage }[] = [];
  const words: { start: number; end: number; text: string }[] = [];
  const flushed = new Set<number>();
  let dialled = 0;
  let epoch = 0;
  let tokenEpochs = new Set<number>();
  let finalised = 0;
  let received = 0;
  let live: Peer | undefined;

  interface Peer {
    tell(message: ServerMessage): void;
    close(code: number): void;
  }

  const record = (event: DurableEvent): void => {
    const numbered: Numbered = { ...event, seq: journal.length + 1 };
    journal.push(numbered);
    live?.tell(numbered);
  };
  const isEnded = (): boolean => journal.some(({ type }) => type === 'session.end');
  const word = (end: number): void => {
    const text = `${String(finalised)}-${String(end)}`;
    words.push({ start: finalised, end, text });
    record({
      type: 'transcript.final',
      text,
      start: finalised / RATE,
      end: end / RATE,
      audio_end: end / RATE,
      confidence: 1,
      words: null,
    });
    finalised = end;
  };
  const hearAudio = (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      if (byte !== byteAt(received)) throw new Error(`frame ${String(received)} is another one`);
      received += 1;
      if (received - finalised === WORD_FRAMES) word(received);
    }
    tokenEpochs = new Set([epoch]);
    live?.tell({ type: 'ack', received, decoded: received, committed: finalised });
  };
  const hearMessage = (message: ClientMessage): void => {
    heard.push({ frame: received, message });
    if (message.type === 'flush' && received > finalised && !flushed.has(received)) {
      flushed.add(received);
      word(received);
    }
    if (message.type !== 'end' || isEnded()) return;
    if (received > finalised) word(received);
    record({
      type: 'session.end',
      session_id: 'sess_0123456789ab',
      total_duration: received / RATE,
      total_speech_duration: received / RATE,
      transcript: words.map(({ text }) => text).join(' '),
      segments: words,
    });
    live?.close(1000);
  };
  const begin = (
    peer: Peer,
    resume: Extract<ClientMessage, { readonly type: 'resume' }> | undefined,
  ): void => {
    const isKnown = resume === undefined ? epoch === 0 : tokenEpochs.has(Number(resume.token));
    if (!isKnown) {
      peer.tell({
        type: 'error',
        code: 'resume_failed',
        message: 'unknown',
        recoverable: false,
        retry: 'never',
        ref: 'RT4410',
      });
      peer.close(4410);
      return;
    }
    if (resume !== undefined && finalised < resume.from_sample) throw new Error('the client forgot too much');
    const missed = journal.filter(({ seq }) => seq > (resume?.have_seq ?? 0));
    live?.close(4009);
    live = peer;
    epoch += 1;
    tokenEpochs.add(epoch);
    if (!isEnded()) received = finalised;
    const resumed = { complete: true, send_from_sample: received, replayed: missed.length };
    record({
      type: 'session.begin',
      session_id: 'sess_0123456789ab',
      protocol: 1,
      model: 'm',
      language: 'en',
      sample_rate: RATE,
      encoding: 'mulaw',
      channels: 1,
      partials: true,
      epoch,
      resume_token: String(epoch),
      ...(resume === undefined ? {} : { resumed }),
      warnings: [],
    });
    for (const event of missed) peer.tell(event);
    if (isEnded()) peer.close(1000);
  };

  return {
    heard,
    get dialled() {
      return dialled;
    },
    openLink: async (options, { clock }) => {
      const cut = cuts[dialled] ?? {
        up: Number.POSITIVE_INFINITY,
        down: Number.POSITIVE_INFINITY,
        code: 1006,
      };
      dialled += 1;
      await new Promise((resolve) => setImmediate(resolve));
      if (cut.up === 0) throw new RtError('gateway_unreachable', 'nobody there');
      const wire = createWire(clock, cut);
      const peer: Peer = { tell: wire.tell, close: wire.close };
      const isResume = options.query?.['resume'] === 'true';
      wire.onUp((data) => {
        if (data instanceof Uint8Array) {
          if (live === peer) hearAudio(data);
        } else if (data.type === 'resume') begin(peer, data);
        else if (live === peer) hearMessage(data);
      });
      if (!isResume) begin(peer, undefined);
      return wire.link;
    },
  };
}

interface Wire {
  readonly link: Link;
  readonly tell: (message: ServerMessage) => void;
  readonly close: (code: number) => void;
  readonly onUp: (listener: (data: Uint8Array | ClientMessage) => void) => void;
}

/** Both directions of a connection, each message one turn of the event loop late and in order. */
function createWire(clock: Clock, cut: Cut): Wire {
  const inbox = createInbox<ReceivedMessage>();
  let up = 0;
  let down = 0;
  let listener: (data: Uint8Array | ClientMessage) => void = () => undefined;
  let isClosed = false;
  let settle: (close: SocketClose) => void = () => undefined;
  const closed = new Promise<SocketClose>((resolve) => {
    settle = resolve;
  });
  const finish = (code: number): void => {
    if (isClosed) return;
    isClosed = true;
    inbox.end();
    settle({ code, reason: '' });
  };
  const later = (act: () => void): void => void setImmediate(() => isClosed || act());
  const carryUp = (data: Uint8Array | ClientMessage): void =>
    later(() => {
      if (up === cut.up) finish(cut.code);
      else {
        up += 1;
        listener(data);
      }
    });
  return {
    tell: (message) =>
      later(() => {
        if (down === cut.down) finish(cut.code);
        else {
          down += 1;
          inbox.push({ ...message, receivedMs: clock.nowMs() });
        }
      }),
    close: (code) => later(() => finish(code)),
    onUp: (act) => {
      listener = act;
    },
    link: {
      messages: inbox.read(),
      send: carryUp,
      say: carryUp,
      drained: () => new Promise((resolve) => setImmediate(resolve)),
      ping: () => Promise.resolve(1),
      close: finish,
      terminate: () => finish(1006),
      closed,
    },
  };
}
