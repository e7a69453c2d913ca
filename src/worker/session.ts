/**
 * One link from a gateway: its first message opens an engine session, its audio goes in, events come
 * out. A fault of the link ends this session and nothing else; the slot is free when `closed` settles.
 */
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError, toRtError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { repeat } from '../base/repeat.ts';
import type { Engine, EngineEvent, EngineSession, EngineSessionOptions } from '../engine/engine.ts';
import { CLOSE_CODE, errorMessage } from '../protocol/close-codes.ts';
import { encodeMessage, parseClientMessage, parseWorkerConfig } from '../protocol/codec.ts';
import type { ClientMessage } from '../protocol/client-messages.ts';
import type { WireSegment } from '../protocol/server-messages.ts';
import { toWireSeconds } from '../protocol/time.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { WorkerMessage, WorkerSessionConfig } from '../protocol/worker-messages.ts';
import type { Socket } from '../transport/socket.ts';
import { createReceiver, type Receiver } from './receiver.ts';
import { toMessage, toSegment } from './sender.ts';
import { type LinkState, nextLinkState } from './session-state.ts';

/** How long a link may stay silent before its first message. */
export const FIRST_MESSAGE_MS = 10_000;
const PROGRESS_MS = 250;

export interface WorkerSessionParts {
  readonly socket: Socket;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Logger;
  /** Says no with the reason when the worker takes no session (full, draining). */
  readonly admit: () => RtError | undefined;
}

export interface WorkerSession {
  /** The id from the first message; undefined before it. */
  readonly id: string | undefined;
  readonly receivedSample: number;
  readonly decodedSample: number;
  /** True from admission to the end: it fills a slot. */
  readonly holdsSlot: boolean;
  /** Ends the link with an error message. */
  shutDown(error: RtError): void;
  readonly closed: Promise<void>;
}

interface Opened {
  readonly config: WorkerSessionConfig;
  readonly engineSession: EngineSession;
  readonly receiver: Receiver;
  readonly segments: WireSegment[];
  words: boolean;
  decodedSample: number;
  commitSample: number;
}

/** Serves one accepted socket until it is closed. */
export function serveSession(parts: WorkerSessionParts): WorkerSession {
  const { socket, clock } = parts;
  let state: LinkState = { type: 'configuring' };
  let opened: Opened | undefined;
  const send = (message: WorkerMessage): void => socket.send(encodeMessage(message));

  const finish = (event: 'ended' | 'refused' | 'socket-closed' | 'shut-down'): void => {
    state = nextLinkState(state, event);
    opened?.engineSession.close();
    stopTimers.abort(new RtError('interrupted', 'the session is over'));
  };
  const refuse = (error: RtError): void => {
    if (state.type === 'closed') return;
    const message = errorMessage(error, false);
    send(message);
    socket.close(CLOSE_CODE[message.code], message.code);
    finish('refused');
  };

  const tellProgress = (): void => {
    if (!opened || state.type === 'closed') return;
    send({
      type: 'progress',
      received: opened.receiver.receivedSample,
      decoded: opened.decodedSample,
      commit_sample: opened.commitSample,
    });
  };

  const onEngineEvent = (event: EngineEvent): void => {
    if (!opened || state.type === 'closed') return;
    absorb(opened, event);
    if (event.type === 'progress' && opened.config.progress === 'step') tellProgress();
    const message = toMessage(event, opened);
    if (message) send(message);
    if (event.type !== 'ended') return;
    tellProgress();
    send(endMessage(opened, event));
    finish('ended');
    socket.close(1000, 'session ended');
  };

  const configure = (text: string): void => {
    const config = parseWorkerConfig(text);
    const refusal = parts.admit();
    if (refusal) throw refusal;
    opened = openEngineSession(parts, { config, onEvent: onEngineEvent });
    state = nextLinkState(state, 'configured');
    send(readyMessage(parts.engine, config));
    void repeat(clock, { everyMs: PROGRESS_MS, run: tellProgress, signal: stopTimers.signal });
  };

  const stopTimers = new AbortController();
  void clock.sleep(FIRST_MESSAGE_MS, stopTimers.signal).then(
    () => {
      if (state.type === 'configuring') refuse(new RtError('idle_timeout', 'No first message came'));
    },
    () => undefined,
  );
  socket.onMessage((data) => {
    try {
      if (state.type === 'configuring') configure(asText(data));
      else if (opened && state.type !== 'closed') {
        if (typeof data !== 'string') {
          if (state.type === 'running') opened.receiver.accept(data);
        } else if (applyControl(opened, parseClientMessage(data), send) === 'end') {
          state = nextLinkState(state, 'end');
        }
      }
    } catch (error) {
      parts.log.warn('session refused', { session: opened?.config.session_id, error: messageOf(error) });
      refuse(toRtError(error));
    }
  });

  return {
    get id() {
      return opened?.config.session_id;
    },
    get receivedSample() {
      return opened?.receiver.receivedSample ?? 0;
    },
    get decodedSample() {
      return opened?.decodedSample ?? 0;
    },
    get holdsSlot() {
      return opened !== undefined && state.type !== 'closed';
    },
    shutDown: refuse,
    closed: socket.closed.then(() => finish('socket-closed')),
  };
}

function asText(data: string | Uint8Array): string {
  if (typeof data === 'string') return data;
  throw new RtError('invalid_message', 'The first message of a session is JSON text, not binary');
}

function openEngineSession(
  parts: WorkerSessionParts,
  session: { readonly config: WorkerSessionConfig; readonly onEvent: (event: EngineEvent) => void },
): Opened {
  const { config } = session;
  if (config.protocol !== PROTOCOL_VERSION) {
    throw new RtError(
      'invalid_parameters',
      `protocol ${String(config.protocol)} is not spoken here (this worker: ${String(PROTOCOL_VERSION)})`,
    );
  }
  const engineSession = parts.engine.open(toEngineOptions(config), session.onEvent);
  return {
    config,
    engineSession,
    receiver: createReceiver({
      socket: parts.socket,
      session: engineSession,
      startSample: config.from_sample - config.history_samples,
    }),
    segments: [],
    words: config.word_timestamps,
    decodedSample: config.from_sample,
    commitSample: config.from_sample,
  };
}

function toEngineOptions(config: WorkerSessionConfig): EngineSessionOptions {
  return {
    model: config.model,
    language: config.language,
    partials: config.interim_results,
    vad: config.enable_vad,
    vadThreshold: config.vad_threshold,
    minSpeechMs: config.min_speech_ms,
    minSilenceMs: config.min_silence_ms,
    prefixPaddingMs: config.prefix_padding_ms,
    maxUtteranceMs: config.max_utterance_s * 1000,
    fromSample: config.from_sample,
    historySamples: config.history_samples,
  };
}

/** Keeps what the session must remember of an event. */
function absorb(opened: Opened, event: EngineEvent): void {
  if (event.type === 'progress' || event.type === 'ended') {
    opened.decodedSample = event.decodedSample;
    opened.receiver.decoded(event.decodedSample);
  }
  if (event.type === 'ended') opened.commitSample = event.decodedSample;
  if (event.type === 'progress' || event.type === 'final' || event.type === 'fault') {
    opened.commitSample = Math.max(opened.commitSample, event.commitSample);
  }
  if (event.type === 'final') opened.segments.push(toSegment(event));
}

/** Applies a text message of the client that the gateway passed on. */
function applyControl(
  opened: Opened,
  message: ClientMessage | { readonly type: 'invalid'; readonly reason: string },
  send: (message: WorkerMessage) => void,
): 'end' | undefined {
  const { engineSession } = opened;
  switch (message.type) {
    case 'end':
      engineSession.end();
      return 'end';
    case 'flush':
      engineSession.flush();
      return undefined;
    case 'clear':
      engineSession.clear();
      return undefined;
    case 'config':
      opened.words = message.word_timestamps ?? opened.words;
      engineSession.update({
        ...(message.interim_results === undefined ? {} : { partials: message.interim_results }),
        ...(message.vad_threshold === undefined ? {} : { vadThreshold: message.vad_threshold }),
        ...(message.min_speech_ms === undefined ? {} : { minSpeechMs: message.min_speech_ms }),
        ...(message.min_silence_ms === undefined ? {} : { minSilenceMs: message.min_silence_ms }),
      });
      return undefined;
    case 'keepalive':
      return undefined;
    case 'resume':
      send(errorMessage(new RtError('invalid_message', 'resume is not a message of the worker link')));
      return undefined;
    case 'invalid':
      send(errorMessage(new RtError('invalid_message', message.reason)));
      return undefined;
  }
}

function readyMessage(engine: Engine, config: WorkerSessionConfig): WorkerMessage {
  const model = engine.models.find(
    ({ name, aliases }) => name === config.model || aliases.includes(config.model),
  );
  return {
    type: 'session.begin',
    session_id: config.session_id,
    protocol: PROTOCOL_VERSION,
    model: model?.name ?? config.model,
    language: config.language === 'auto' ? (model?.languages[0] ?? 'auto') : config.language,
    partials: config.interim_results && (model?.streaming ?? false),
    warnings: [],
  };
}

function endMessage(opened: Opened, event: Extract<EngineEvent, { type: 'ended' }>): WorkerMessage {
  return {
    type: 'session.end',
    session_id: opened.config.session_id,
    total_duration: toWireSeconds(event.decodedSample),
    total_speech_duration: toWireSeconds(event.speechSamples),
    transcript: opened.segments.map((segment) => segment.text).join(' '),
    segments: opened.segments,
  };
}
