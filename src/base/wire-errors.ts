/** What the codes mean that may cross the wire; docs/protocol.md lists them. */
import type { ErrorEntry } from './error-entry.ts';
import type { WireErrorCode } from './errors.ts';

export const WIRE_ERRORS: Readonly<Record<WireErrorCode, ErrorEntry>> = {
  no_capacity: {
    ref: 'RT1013',
    exitCode: 6,
    title: 'No capacity',
    explanation:
      'No live worker that serves the model and language has a free slot, or the gateway is shedding load. Nothing was reserved.',
    whatToDo: 'Retry after retry_after_ms, add workers, or look at free slots with "rt workers list".',
  },
  too_many_sessions: {
    ref: 'RT4429',
    exitCode: 6,
    title: 'Too many sessions',
    explanation: 'This key, user or address already has as many sessions open as its limit allows.',
    whatToDo: 'End a session that is no longer needed, or raise the limit of the key.',
  },
  resource_exhausted: {
    ref: 'RT1014',
    exitCode: 8,
    title: 'Worker out of memory',
    explanation:
      'The worker could not allocate memory or accelerator memory for this session and has lowered its capacity.',
    whatToDo: 'Retry; if it recurs, lower --capacity of that worker or choose a smaller model.',
  },
  invalid_parameters: {
    ref: 'RT4400',
    exitCode: 2,
    title: 'Invalid parameters',
    explanation:
      'A parameter of the URL is unknown, given twice, or has a value that is not allowed. Nothing was started.',
    whatToDo: 'Correct the parameter that the message names; docs/protocol.md lists all of them.',
  },
  language_unsupported: {
    ref: 'RT4402',
    exitCode: 2,
    title: 'Language not supported',
    explanation: 'The chosen model does not know the language.',
    whatToDo: 'Ask for a language the model lists ("rt models list"), language=auto, or another model.',
  },
  unauthenticated: {
    ref: 'RT4001',
    exitCode: 4,
    title: 'Not authenticated',
    explanation: 'The key or token is missing, malformed, expired or revoked.',
    whatToDo: 'Pass a valid token; "rt token verify" says what is wrong with one.',
  },
  forbidden: {
    ref: 'RT4003',
    exitCode: 4,
    title: 'Not allowed',
    explanation: 'The key or token is valid but does not grant this action, room or language.',
    whatToDo: 'Use a token with the needed rights; "rt token verify" prints those of a token.',
  },
  session_timeout: {
    ref: 'RT4000',
    exitCode: 8,
    title: 'Session too long',
    explanation:
      'The session reached the longest duration the gateway allows. Everything said until then was transcribed.',
    whatToDo: 'Open a new session.',
  },
  slow_reader: {
    ref: 'RT4008',
    exitCode: 8,
    title: 'Reader too slow',
    explanation: 'The client did not read its messages fast enough and the queue for it reached its limit.',
    whatToDo: 'Read messages as they come; reconnect and resume to get what was missed.',
  },
  superseded: {
    ref: 'RT4009',
    exitCode: 8,
    title: 'Superseded',
    explanation: 'The session was resumed over another connection, which owns it now.',
    whatToDo: 'Do nothing on this connection; it must not reconnect.',
  },
  lag_exceeded: {
    ref: 'RT4010',
    exitCode: 8,
    title: 'Lag exceeded',
    explanation: 'Recognition fell behind the audio by more than the gateway tolerates.',
    whatToDo: 'Reconnect; if it recurs, add workers or choose a faster model.',
  },
  rate_limited: {
    ref: 'RT4029',
    exitCode: 8,
    title: 'Too fast',
    explanation: 'Messages, audio or connection attempts arrived faster than the limits allow.',
    whatToDo: 'Send audio in real time, in messages of 20 ms or longer; retry after retry_after_ms.',
  },
  idle_timeout: {
    ref: 'RT4408',
    exitCode: 8,
    title: 'Idle',
    explanation: 'Neither audio nor keepalive arrived for too long, or a new connection never spoke.',
    whatToDo: 'Send {"type":"keepalive"} while there is no audio, and {"type":"end"} when done.',
  },
  resume_failed: {
    ref: 'RT4410',
    exitCode: 8,
    title: 'Cannot resume',
    explanation: 'The resume token is invalid or was used, or the session is no longer kept.',
    whatToDo: 'Open a new session; audio that was not committed has to be sent again.',
  },
  registry_unavailable: {
    ref: 'RT5004',
    exitCode: 5,
    title: 'Registry unavailable',
    explanation: 'The gateway cannot reach Redis, so it takes no new sessions. Running sessions go on.',
    whatToDo: 'Retry after retry_after_ms; operators: bring Redis back.',
  },
  invalid_message: {
    ref: 'RT7001',
    exitCode: 7,
    title: 'Invalid message',
    explanation:
      'A text message was not JSON, of an unknown type, or lacked a field. Twenty within a minute end the session.',
    whatToDo: 'Correct the field that the message names; audio is sent as binary messages.',
  },
  invalid_audio: {
    ref: 'RT7003',
    exitCode: 7,
    title: 'Invalid audio',
    explanation:
      'The audio is not what the session declared: most often a container or compressed file (WAV, MP3, Ogg, WebM) where raw PCM is due.',
    whatToDo:
      'Send raw samples in the declared encoding, sample_rate and channels; "rt stream FILE" converts files.',
  },
  poison_audio: {
    ref: 'RT7004',
    exitCode: 8,
    title: 'Audio that ends workers',
    explanation: 'Three workers failed at the same place of this session, so it was not given to a fourth.',
    whatToDo: 'Keep the recording and the worker logs of that time and report them.',
  },
  worker_lost: {
    ref: 'RT8001',
    exitCode: 8,
    title: 'Worker lost',
    explanation: 'The worker of the session is gone and no other could take over in time.',
    whatToDo: 'Reconnect and resume; "rt workers list" shows what is left.',
  },
  asr_failed: {
    ref: 'RT8002',
    exitCode: 8,
    title: 'Recognition failed',
    explanation:
      'The model failed on one utterance. The session goes on with the next, unless the error says otherwise.',
    whatToDo: 'If it recurs, look into the log of the worker.',
  },
  shutting_down: {
    ref: 'RT8012',
    exitCode: 8,
    title: 'Shutting down',
    explanation: 'The server is stopping and could not hand the session over.',
    whatToDo: 'Reconnect; another gateway or the restarted one takes the session.',
  },
  internal_error: {
    ref: 'RT9001',
    exitCode: 1,
    title: 'Internal error',
    explanation: 'Something happened that should be impossible: a defect of this program.',
    whatToDo: 'Report it with the log around that time.',
  },
};
