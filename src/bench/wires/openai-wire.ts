/**
 * The wire of OpenAI's realtime transcription over WebSockets, and of servers that speak it alike.
 *
 * States: greeting → configured → speaking → ending. The server greets with the kind of session it has, `session.created`
 * or the older `transcription_session.created`, and is configured in the same words. It cuts the audio into turns by its
 * own detector; what is left at the end is committed. The session has ended when that was answered and no turn is open.
 * The key goes into a header and nowhere else.
 */
import { int16ToS16le } from '../../audio/pcm.ts';
import { numberOf, recordOf, textOf } from '../compare/run-document.ts';
import type { BenchHandlers, BenchStream, BenchWire } from '../wire.ts';
import { createOpenaiTurns, type OpenaiTurns } from './openai-turns.ts';
import { openSocketStream, type SocketStream } from './socket-stream.ts';
import { type OpenUpsampler, type Upsampler, UPSAMPLED_RATE } from './upsampler.ts';

export interface OpenaiWireOptions {
  /** With path and query: `wss://api.openai.com/v1/realtime?intent=transcription`. */
  readonly server: string;
  readonly model: string | undefined;
  /** Absent for servers that ask for none. */
  readonly key: string | undefined;
  readonly connectTimeoutMs: number;
  readonly openUpsampler: OpenUpsampler;
}

const USUAL_MODEL = 'gpt-4o-transcribe';
/** Of the answer to a commit when the server's own detector had committed everything already. */
const NOTHING_LEFT = 'input_audio_buffer_commit_empty';

type Message = Readonly<Record<string, unknown>>;

interface Session {
  readonly handlers: BenchHandlers;
  readonly model: string;
  readonly socket: SocketStream;
  readonly turns: OpenaiTurns;
  sentSamples: number;
  /** What is left was committed, and the server has not said yet what becomes of it. */
  isEnding: boolean;
  isCommitAnswered: boolean;
}

export function createOpenaiWire(options: OpenaiWireOptions): BenchWire {
  const { server: url, model = USUAL_MODEL, key, connectTimeoutMs } = options;
  return {
    name: 'openai',
    url,
    chunkMsOf: () => undefined,
    open(handlers) {
      const upsampler = options.openUpsampler();
      const socket = openSocketStream({
        url,
        timeoutMs: connectTimeoutMs,
        headers: key === undefined ? {} : { Authorization: `Bearer ${key}` },
        unreachable: 'worker_unreachable',
        handlers: {
          ...handlers,
          onClose: (code) => {
            upsampler.close();
            handlers.onClose(code);
          },
        },
        onOpen: () => undefined,
        onText: (text) => onMessage(session, readMessage(text)),
      });
      const turns = createOpenaiTurns();
      const session: Session = {
        ...{ handlers, model, socket, turns },
        ...{ sentSamples: 0, isEnding: false, isCommitAnswered: false },
      };
      return streamOf(session, upsampler);
    },
  };
}

function streamOf(session: Session, upsampler: Upsampler): BenchStream {
  const { socket } = session;
  const append = (pcm: Int16Array): void => {
    if (pcm.length === 0) return;
    const bytes = int16ToS16le(pcm);
    const audio = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    say(socket, { type: 'input_audio_buffer.append', audio });
  };
  return {
    send: (pcm) => {
      session.sentSamples += pcm.length;
      append(upsampler.push(pcm));
    },
    end: () => {
      session.isEnding = true;
      append(upsampler.flush());
      say(socket, { type: 'input_audio_buffer.commit' });
    },
    close: socket.close,
  };
}

function onMessage(session: Session, message: Message): void {
  const { handlers, turns, sentSamples } = session;
  const item = textOf(message['item_id']) ?? '';
  switch (message['type']) {
    case 'session.created':
    case 'transcription_session.created':
      say(session.socket, configOf(message['type'], session.model));
      return;
    case 'session.updated':
    case 'transcription_session.updated':
      handlers.onReady(session.model);
      return;
    case 'input_audio_buffer.speech_stopped':
      turns.stopped(item, numberOf(message['audio_end_ms']) ?? 0);
      return;
    case 'input_audio_buffer.committed':
      turns.committed(item, sentSamples);
      session.isCommitAnswered ||= session.isEnding;
      return;
    case 'conversation.item.input_audio_transcription.delta': {
      const result = turns.delta(item, textOf(message['delta']) ?? '');
      if (result !== undefined) handlers.onResult(result);
      return;
    }
    case 'conversation.item.input_audio_transcription.completed':
      handlers.onResult(turns.completed(item, textOf(message['transcript']) ?? '', sentSamples));
      endIfAnswered(session);
      return;
    case 'conversation.item.input_audio_transcription.failed':
      turns.failed(item);
      handlers.onFault(faultOf(message));
      session.socket.close();
      return;
    case 'error':
      onError(session, message);
      return;
    default:
    // Other events tell what was done, and new ones may come.
  }
}

function onError(session: Session, message: Message): void {
  if (session.isEnding && textOf(recordOf(message['error'])['code']) === NOTHING_LEFT) {
    session.isCommitAnswered = true;
    endIfAnswered(session);
    return;
  }
  session.handlers.onFault(faultOf(message));
  session.socket.close();
}

function endIfAnswered({ isCommitAnswered, turns, handlers, socket }: Session): void {
  if (!isCommitAnswered || !turns.isAnswered) return;
  handlers.onEnd(undefined);
  socket.close();
}

function faultOf(message: Message): { readonly code: 'session_failed'; readonly message: string } {
  const error = recordOf(message['error']);
  const told = textOf(error['message']) ?? textOf(error['code']) ?? 'no reason given';
  return { code: 'session_failed', message: `The peer said: ${told}` };
}

function configOf(greeting: string, model: string): object {
  const detection = { type: 'server_vad' };
  if (greeting === 'session.created') {
    const input = {
      format: { type: 'audio/pcm', rate: UPSAMPLED_RATE },
      transcription: { model },
      turn_detection: detection,
    };
    return { type: 'session.update', session: { type: 'transcription', audio: { input } } };
  }
  const session = {
    input_audio_format: 'pcm16',
    input_audio_transcription: { model },
    turn_detection: detection,
  };
  return { type: 'transcription_session.update', session };
}

function say(socket: SocketStream, message: object): void {
  socket.send(JSON.stringify(message));
}

function readMessage(text: string): Message {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return { type: 'error', error: { message: 'a text that is not JSON' } };
  }
}
