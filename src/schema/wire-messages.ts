/** Schemas of the messages of the native wire (docs/protocol.md). Those of clients are the ones that read them. */
import { z } from 'zod';
import { CLIENT_MESSAGES, WORKER_CONFIG } from '../protocol/codec.ts';
import { count, open, segment, word } from './parts.ts';

const seq = count.min(1);
const warning = open({ code: z.string(), message: z.string() });
const placed = { text: z.string(), start: z.number(), end: z.number(), audio_end: z.number() };

const begin = {
  type: z.literal('session.begin'),
  session_id: z.string(),
  protocol: count,
  model: z.string(),
  language: z.string(),
  partials: z.boolean(),
  warnings: z.array(warning),
};
const speechStart = { type: z.literal('vad.speech_start'), timestamp: z.number() };
const speechEnd = { type: z.literal('vad.speech_end'), timestamp: z.number() };
const partial = open({
  type: z.literal('transcript.partial'),
  ...placed,
  stable_chars: count,
  words: z.array(word).optional(),
});
const final = {
  type: z.literal('transcript.final'),
  ...placed,
  confidence: z.number(),
  words: z.array(word).nullable(),
};
const told = { type: z.literal('warning'), code: z.string(), message: z.string() };
const end = {
  type: z.literal('session.end'),
  session_id: z.string(),
  total_duration: z.number(),
  total_speech_duration: z.number(),
  transcript: z.string(),
  segments: z.array(segment),
};
const error = {
  type: z.literal('error'),
  code: z.string(),
  message: z.string(),
  recoverable: z.boolean(),
  retry: z.enum(['now', 'after', 'never']),
  retry_after_ms: z.number().optional(),
  ref: z.string(),
};

/** A final as a client gets it. */
export const finalMessage: z.ZodType = open({ ...final, seq });

/** Gateway to client. */
export const SERVER_MESSAGE: z.ZodType = z
  .discriminatedUnion('type', [
    open({
      ...begin,
      seq,
      protocol: z.literal(1),
      sample_rate: count,
      encoding: z.string(),
      channels: count,
      epoch: count,
      resume_token: z.string().optional(),
      resumed: open({ complete: z.boolean(), send_from_sample: count, replayed: count }).optional(),
    }),
    open({ ...speechStart, seq }),
    open({ ...speechEnd, seq }),
    partial,
    open({ ...final, seq }),
    open({ type: z.literal('ack'), received: count, decoded: count, committed: count }),
    open({ ...told, seq }),
    open({ type: z.literal('goaway'), reason: z.string(), reconnect_in_ms: z.number() }),
    open({ ...end, seq }),
    // One that leaves the session to be resumed has no number.
    open({ ...error, seq: seq.optional() }),
  ])
  .meta({ title: 'Text messages of a gateway to a client' });

/** Client to gateway. */
export const CLIENT_MESSAGE: z.ZodType = z
  .union([...CLIENT_MESSAGES])
  .meta({ title: 'Text messages of a client to a gateway' });

/** Worker to gateway. */
export const WORKER_MESSAGE: z.ZodType = z
  .discriminatedUnion('type', [
    open({ ...begin, step_ms: z.number().optional() }),
    open(speechStart),
    open(speechEnd),
    partial,
    open({ ...final, commit_sample: count }),
    open(told),
    open({
      type: z.literal('progress'),
      received: count,
      decoded: count,
      commit_sample: count,
      step_ms: z.number().optional(),
    }),
    open(end),
    open({ ...error, commit_sample: count.optional() }),
  ])
  .meta({ title: 'Text messages of a worker to a gateway' });

/** Gateway to worker: the first message of a link. */
export const WORKER_SESSION: z.ZodType = WORKER_CONFIG;
