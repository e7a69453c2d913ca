/**
 * One engine session behind a link: the link's messages go in, what the gateway is told comes out.
 * Remembers how far the engine is and which text is final; knows nothing of how the link ends.
 */
import { RtError } from '../base/errors.ts';
import type { Engine, EngineEvent, EngineSession, EngineSessionUpdate } from '../engine/engine.ts';
import { errorMessage } from '../protocol/close-codes.ts';
import { parseClientMessage } from '../protocol/codec.ts';
import type { ClientConfig } from '../protocol/client-messages.ts';
import type { WireSegment } from '../protocol/server-messages.ts';
import type { WorkerMessage, WorkerSessionConfig } from '../protocol/worker-messages.ts';
import type { Socket } from '../transport/socket.ts';
import { endMessage, slowStep, toEngineOptions } from './link-messages.ts';
import { createReceiver, type Receiver } from './receiver.ts';
import { toMessage, toSegment } from './sender.ts';

export interface Decoding {
  readonly config: WorkerSessionConfig;
  readonly receivedSample: number;
  readonly decodedSample: number;
  accept(pcm: Uint8Array): void;
  /** Applies a text message; `ended`: no more audio is to come. */
  control(text: string): 'goes-on' | 'ended';
  progress(): WorkerMessage;
  /** Lets the engine session go; no event follows. Idempotent. */
  close(): void;
}

export interface DecodingParts {
  readonly engine: Engine;
  readonly socket: Pick<Socket, 'pause' | 'resume'>;
  readonly config: WorkerSessionConfig;
  readonly send: (message: WorkerMessage) => void;
  /** Everything is decoded and `session.end` is sent. */
  readonly onEnded: () => void;
}

/** What must be remembered of the engine's events. */
interface Account {
  readonly segments: WireSegment[];
  words: boolean;
  decodedSample: number;
  commitSample: number;
}

/** @throws RtError invalid_parameters (unknown model), language_unsupported */
export function openDecoding(parts: DecodingParts): Decoding {
  const { engine, config, send } = parts;
  const account: Account = {
    segments: [],
    words: config.word_timestamps,
    decodedSample: config.from_sample,
    commitSample: config.from_sample,
  };
  const progress = (): WorkerMessage => ({
    type: 'progress',
    received: receiver.receivedSample,
    decoded: account.decodedSample,
    commit_sample: account.commitSample,
    ...slowStep(engine),
  });
  const onEvent = (event: EngineEvent): void => {
    absorb(account, event);
    receiver.decoded(account.decodedSample);
    const message = toMessage(event, account);
    if (message) send(message);
    const isEnded = event.type === 'ended';
    if (isEnded || (event.type === 'progress' && config.progress === 'step')) send(progress());
    if (!isEnded) return;
    send(endMessage(config.session_id, event, account.segments));
    parts.onEnded();
  };
  const session = engine.open(toEngineOptions(config), onEvent);
  const startSample = config.from_sample - config.history_samples;
  const receiver: Receiver = createReceiver({ socket: parts.socket, session, startSample });
  return {
    config,
    get receivedSample() {
      return receiver.receivedSample;
    },
    get decodedSample() {
      return account.decodedSample;
    },
    accept: (pcm) => receiver.accept(pcm),
    control: (text) => applyControl(text, { session, account, send }),
    progress,
    close: () => session.close(),
  };
}

function absorb(account: Account, event: EngineEvent): void {
  if (event.type === 'progress' || event.type === 'ended') account.decodedSample = event.decodedSample;
  if (event.type === 'ended') account.commitSample = event.decodedSample;
  if (event.type === 'progress' || event.type === 'final' || event.type === 'fault') {
    account.commitSample = Math.max(account.commitSample, event.commitSample);
  }
  if (event.type === 'final') account.segments.push(toSegment(event));
}

/** Applies a text message of the client that the gateway passed on. */
function applyControl(
  text: string,
  { session, account, send }: { session: EngineSession; account: Account; send: DecodingParts['send'] },
): 'goes-on' | 'ended' {
  const message = parseClientMessage(text);
  switch (message.type) {
    case 'end':
      session.end();
      return 'ended';
    case 'flush':
      session.flush();
      return 'goes-on';
    case 'clear':
      session.clear();
      return 'goes-on';
    case 'config':
      account.words = message.word_timestamps ?? account.words;
      session.update(toEngineUpdate(message));
      return 'goes-on';
    case 'keepalive':
      return 'goes-on';
    case 'resume':
      send(errorMessage(new RtError('invalid_message', 'resume is not a message of the worker link')));
      return 'goes-on';
    case 'invalid':
      send(errorMessage(new RtError('invalid_message', message.reason)));
      return 'goes-on';
  }
}

function toEngineUpdate(message: ClientConfig): EngineSessionUpdate {
  return {
    ...(message.interim_results === undefined ? {} : { partials: message.interim_results }),
    ...(message.vad_threshold === undefined ? {} : { vadThreshold: message.vad_threshold }),
    ...(message.min_speech_ms === undefined ? {} : { minSpeechMs: message.min_speech_ms }),
    ...(message.min_silence_ms === undefined ? {} : { minSilenceMs: message.min_silence_ms }),
  };
}
