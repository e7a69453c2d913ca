/** What the codes mean that only commands of this machine meet. */
import type { ErrorEntry } from './error-entry.ts';
import type { LocalErrorCode } from './errors.ts';

export const LOCAL_ERRORS: Readonly<Record<LocalErrorCode, ErrorEntry>> = {
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
      'The server is a Redis Cluster, a replica, or too old. Reservations need one node that runs scripts over all keys.',
    whatToDo: 'Point --redis at the master or at its Sentinels, Redis 7.0 or newer, not in Cluster mode.',
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
  provider_unavailable: {
    ref: 'RT2009',
    exitCode: 3,
    title: 'Execution provider unavailable',
    explanation:
      'The execution provider that was asked for does not compute on this machine: a library, a driver or the device is missing. Nothing runs on the CPU instead unless --provider is auto or cpu.',
    whatToDo:
      'Do what the message says is missing, or start with --provider auto or --provider cpu; docs/engine.md lists what each provider needs.',
  },
  confirmation_required: {
    ref: 'RT2014',
    exitCode: 14,
    title: 'Confirmation required',
    explanation: 'The command would end or delete something and was not confirmed.',
    whatToDo: 'Check what it would do, then repeat it with --yes.',
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
  download_failed: {
    ref: 'RT5005',
    exitCode: 5,
    title: 'Download failed',
    explanation:
      'A file could not be fetched: its server did not answer, broke off again and again, or refused. What came is kept.',
    whatToDo: 'Run the command again: it goes on where it stopped. Behind a proxy set HTTPS_PROXY.',
  },
  file_unreadable: {
    ref: 'RT7002',
    exitCode: 7,
    title: 'Cannot read audio file',
    explanation: 'The file does not exist, may not be read, or holds no audio that can be decoded.',
    whatToDo: 'Check the path; formats other than WAV and raw PCM need ffmpeg.',
  },
  microphone_failed: {
    ref: 'RT7005',
    exitCode: 7,
    title: 'Microphone failed',
    explanation:
      'The program that records from the microphone could not open it, ended, or gave no samples: it is not there, another program has it, or this one may not use it.',
    whatToDo:
      'See "rt stream --list-devices" and choose one with --device. On macOS and Windows allow the terminal to use the microphone in the privacy settings; on Linux the user needs a sound server of its own or the group "audio".',
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
    whatToDo: 'See samples_sent, samples_accounted, seq_holes and incomplete_at_s in the summary.',
  },
  invariant_violated: {
    ref: 'RT8006',
    exitCode: 8,
    title: 'Invariant violated',
    explanation:
      'A rehearsal of faults ended with something that must never happen, for example a word that was lost or a slot that stayed taken.',
    whatToDo:
      'Repeat that trial alone with the command that was printed, and keep its history with --history.',
  },
  disk_full: {
    ref: 'RT8005',
    exitCode: 8,
    title: 'Disk full',
    explanation: 'There is not enough space for what was to be written. What was written before is kept.',
    whatToDo:
      'Free the space that the message names, then run the command again: it goes on where it stopped.',
  },
  degraded: {
    ref: 'RT8010',
    exitCode: 10,
    title: 'Degraded',
    explanation: 'A check found something that works now and may not stay so.',
    whatToDo: 'Do what the lines with WARN say; "rt doctor --fix-hints" prints commands.',
  },
  unhealthy: {
    ref: 'RT8011',
    exitCode: 11,
    title: 'Unhealthy',
    explanation: 'A check found something that does not work.',
    whatToDo: 'Do what the lines with FAIL or CRITICAL say; "rt doctor --fix-hints" prints commands.',
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
};
