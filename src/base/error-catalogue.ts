/**
 * What every error code means to an operator: its number, the exit code of a command that ends with
 * it, and one paragraph. `rt errors lookup` prints it; docs/protocol.md lists the wire part.
 *
 * Numbers: 1xxx capacity, 2xxx usage and configuration, 4xxx client and session (equal to the close
 * code where a code has one of its own), 5xxx connections, 7xxx audio and protocol, 8xxx outcomes,
 * 9xxx internal. A number once given is never reused.
 */
import type { RtError, RtErrorCode } from './errors.ts';

export interface ErrorEntry {
  /** `RT` and four digits. */
  readonly ref: string;
  readonly exitCode: number;
  readonly title: string;
  readonly explanation: string;
  readonly whatToDo: string;
}

export const ERROR_CATALOGUE: Readonly<Record<RtErrorCode, ErrorEntry>> = {
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
  usage: {
    ref: 'RT2001',
    exitCode: 2,
    title: 'Wrong usage',
    explanation: 'A command was given a flag, argument or combination it does not have.',
    whatToDo: 'Run the command with --help.',
  },
  config_invalid: {
    ref: 'RT2002',
    exitCode: 3,
    title: 'Invalid configuration',
    explanation: 'A setting from a flag, the environment or a file has a value that cannot be used.',
    whatToDo:
      'Correct the setting that the message names; "rt config show" says where each value comes from.',
  },
  model_invalid: {
    ref: 'RT2003',
    exitCode: 3,
    title: 'Invalid model',
    explanation:
      'A model file is missing, damaged, or of a kind the engine cannot run with the chosen provider.',
    whatToDo: 'Check it with "rt models verify", or pull it again with "rt models pull".',
  },
  insecure_listen: {
    ref: 'RT2004',
    exitCode: 3,
    title: 'Refused to listen without keys',
    explanation:
      'Without configured keys a server binds only loopback addresses: anybody who reaches another address could use it.',
    whatToDo:
      'Configure keys ("rt keys create"), listen on 127.0.0.1, or accept the risk with --insecure-no-auth.',
  },
  address_in_use: {
    ref: 'RT2005',
    exitCode: 3,
    title: 'Address in use',
    explanation: 'Another process already listens on the address and port.',
    whatToDo: 'Stop that process or choose another port; port 0 takes any free one.',
  },
  redis_unsupported: {
    ref: 'RT2006',
    exitCode: 3,
    title: 'Unsupported Redis',
    explanation:
      'The server is a Redis Cluster or too old. Reservations need one node that runs scripts over all keys.',
    whatToDo: 'Point --redis at a standalone server or at Sentinel, Redis 6.2 or newer.',
  },
  worker_id_taken: {
    ref: 'RT2007',
    exitCode: 3,
    title: 'Worker id taken',
    explanation: 'Another live process is registered under this worker id.',
    whatToDo:
      'Give this worker another --id, or stop the other one and wait until its lease has run out (6 s).',
  },
  component_missing: {
    ref: 'RT2008',
    exitCode: 3,
    title: 'Component missing',
    explanation: 'A program or optional package that this function needs is not installed.',
    whatToDo: 'Install what the message names; "rt doctor" lists everything that is missing.',
  },
  confirmation_required: {
    ref: 'RT2014',
    exitCode: 14,
    title: 'Confirmation required',
    explanation: 'The command would end or delete something and was not confirmed.',
    whatToDo: 'Check what it would do, then repeat it with --yes.',
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
  not_found: {
    ref: 'RT4404',
    exitCode: 13,
    title: 'Not found',
    explanation: 'There is no session, worker, room or other thing of that name, or it is no longer kept.',
    whatToDo: 'List what there is, for example with "rt sessions list" or "rt workers list".',
  },
  interrupted: {
    ref: 'RT4130',
    exitCode: 130,
    title: 'Interrupted',
    explanation: 'The command was interrupted before it finished.',
    whatToDo: 'Run it again if the interruption was not intended.',
  },
  redis_unreachable: {
    ref: 'RT5001',
    exitCode: 5,
    title: 'Redis unreachable',
    explanation: 'Redis did not answer at the address given.',
    whatToDo: 'Start Redis or correct --redis (RT_REDIS, REDIS_URL); "rt up" brings its own.',
  },
  gateway_unreachable: {
    ref: 'RT5002',
    exitCode: 5,
    title: 'Gateway unreachable',
    explanation: 'No WebSocket could be opened at the address of the gateway.',
    whatToDo: 'Start one with "rt up", or correct --gateway.',
  },
  worker_unreachable: {
    ref: 'RT5003',
    exitCode: 5,
    title: 'Worker unreachable',
    explanation: 'A registered worker did not accept a connection at the endpoint it advertises.',
    whatToDo: 'Check that --advertise of the worker is an address the gateway can reach.',
  },
  registry_unavailable: {
    ref: 'RT5004',
    exitCode: 5,
    title: 'Registry unavailable',
    explanation: 'The gateway cannot reach Redis, so it takes no new sessions. Running sessions go on.',
    whatToDo: 'Retry after retry_after_ms; operators: bring Redis back.',
  },
  download_failed: {
    ref: 'RT5005',
    exitCode: 5,
    title: 'Download failed',
    explanation:
      'A file could not be fetched: its server did not answer, broke off again and again, or refused. What came is kept.',
    whatToDo: 'Run the command again: it goes on where it stopped. Behind a proxy set HTTPS_PROXY.',
  },
  invalid_message: {
    ref: 'RT7001',
    exitCode: 7,
    title: 'Invalid message',
    explanation:
      'A text message was not JSON, of an unknown type, or lacked a field. Twenty within a minute end the session.',
    whatToDo: 'Correct the field that the message names; audio is sent as binary messages.',
  },
  file_unreadable: {
    ref: 'RT7002',
    exitCode: 7,
    title: 'Cannot read audio file',
    explanation: 'The file does not exist, may not be read, or holds no audio that can be decoded.',
    whatToDo: 'Check the path; formats other than WAV and raw PCM need ffmpeg.',
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
  session_failed: {
    ref: 'RT8003',
    exitCode: 8,
    title: 'Session failed',
    explanation: 'The session ended before its session.end, or with an error.',
    whatToDo: 'See the error before it; "rt sessions show" has the record.',
  },
  words_lost: {
    ref: 'RT8004',
    exitCode: 8,
    title: 'Incomplete',
    explanation:
      'Not everything that was sent is accounted for: missing audio, a hole in seq, or an incomplete resume.',
    whatToDo: 'See samples_sent, samples_accounted and seq_holes in the summary.',
  },
  disk_full: {
    ref: 'RT8005',
    exitCode: 8,
    title: 'Disk full',
    explanation: 'There is not enough space for what was to be written. What was written before is kept.',
    whatToDo: 'Free the space that the message names, then run the command again: it goes on where it stopped.',
  },
  shutting_down: {
    ref: 'RT8012',
    exitCode: 8,
    title: 'Shutting down',
    explanation: 'The server is stopping and could not hand the session over.',
    whatToDo: 'Reconnect; another gateway or the restarted one takes the session.',
  },
  timeout: {
    ref: 'RT8009',
    exitCode: 9,
    title: 'Timed out',
    explanation: 'What was waited for did not happen in the time given.',
    whatToDo: 'Give more time with --timeout, or find out why with "rt check".',
  },
  drain_deadline: {
    ref: 'RT8013',
    exitCode: 12,
    title: 'Drain deadline passed',
    explanation: 'Sessions were still running when the time for draining was over; they were ended.',
    whatToDo: 'Raise --drain-timeout, or make sure other workers have room before draining.',
  },
  threshold_missed: {
    ref: 'RT8099',
    exitCode: 99,
    title: 'Threshold missed',
    explanation: 'The benchmark ran to its end and a figure was outside the threshold given.',
    whatToDo: 'See the report for the figure; nothing is wrong with the run itself.',
  },
  internal_error: {
    ref: 'RT9001',
    exitCode: 1,
    title: 'Internal error',
    explanation: 'Something happened that should be impossible: a defect of this program.',
    whatToDo: 'Report it with the log around that time.',
  },
};

/** The entry for `code` (`no_capacity`) or `ref` (`RT1013`, `1013`), in any case; undefined when unknown. */
export function lookUpError(
  key: string,
): { readonly code: RtErrorCode; readonly entry: ErrorEntry } | undefined {
  const wanted = key.trim().toLowerCase();
  for (const [code, entry] of Object.entries(ERROR_CATALOGUE) as [RtErrorCode, ErrorEntry][]) {
    const ref = entry.ref.toLowerCase();
    if (wanted === code || wanted === ref || `rt${wanted}` === ref) return { code, entry };
  }
  return undefined;
}

/** The second line of an error: its own hint, else what the catalogue advises. */
export function whatToDo(error: RtError): string {
  return error.hint ?? ERROR_CATALOGUE[error.code].whatToDo;
}
