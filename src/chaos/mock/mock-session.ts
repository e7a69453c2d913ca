/**
 * One client of the mock: a session on the real wire whose words are made up from how much audio came.
 *
 * Always true: nothing outlives the connection, neither a timer nor a word, because a resumed session is
 * made again from its token, the client's `from_sample` and `have_seq`. `flush`, `clear`, `config` and
 * `keepalive` are understood and change nothing; warnings and answers to broken messages take a `seq`
 * of their own, so a session that had one is not resumed exactly.
 */
import { bytesPerSample, type PcmEncoding } from '../../audio/pcm-decoder.ts';
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { createSessionId } from '../../base/ids.ts';
import { CLOSE_CODE, errorMessage } from '../../protocol/close-codes.ts';
import { parseClientMessage } from '../../protocol/codec.ts';
import type { ClientMessage, ClientResume } from '../../protocol/client-messages.ts';
import { goAwayMessage } from '../../protocol/goaway.ts';
import type { StreamQuery } from '../../protocol/query.ts';
import type { DurableEvent, SessionBegin } from '../../protocol/server-messages.ts';
import { toClientFrames, toEngineSamples, toWireSeconds } from '../../protocol/time.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Socket } from '../../transport/socket.ts';
import { committedAt, speechBetween, speechEnd, type SpeechEvent } from './made-up-speech.ts';
import type { Stage } from './plays.ts';
import {
  decodeResumeToken,
  encodeResumeToken,
  epochOf,
  type ResumableSession,
  seqOf,
} from './resume-token.ts';
import { createTeller, type Teller } from './teller.ts';

const MODEL = 'mock';
const ACK_INTERVAL_MS = 250;
const RESUME_WITHIN_MS = 10_000;
/** What comes in this time unread makes TCP answer the close with a reset. */
const UNREAD_MS = 200;

export interface MockSessionOptions {
  readonly socket: Socket;
  readonly query: StreamQuery & { readonly encoding: PcmEncoding };
  readonly clock: Clock;
  /** Called once: at once, or when a resuming client has said which session. */
  readonly play: (stage: Stage) => void;
}

/** Runs until the socket closes. */
export function startMockSession(options: MockSessionOptions): void {
  const gone = new AbortController();
  void options.socket.closed.then(() => gone.abort());
  new MockSession(options, gone.signal).start();
}

class MockSession implements Stage {
  readonly #socket: Socket;
  readonly #query: MockSessionOptions['query'];
  readonly #clock: Clock;
  readonly #gone: AbortSignal;
  readonly #teller: Teller;
  readonly #play: (stage: Stage) => void;
  #self: ResumableSession = { sessionId: createSessionId(), resumedAt: [] };
  #resume: ClientResume | undefined;
  #hasBegun = false;
  #hasEnded = false;
  #ignoresEnd = false;
  #bytes = 0;
  /** Position of the engine up to which everything was told. */
  #toldSample = 0;
  /** The last place taken in the numbers of the session. */
  #seq = 0;
  /** Events besides those of the speech. */
  #extras = 0;
  #lastAckMs = 0;
  #readRate = Number.POSITIVE_INFINITY;

  constructor({ socket, query, clock, play }: MockSessionOptions, gone: AbortSignal) {
    this.#socket = socket;
    this.#query = query;
    this.#clock = clock;
    this.#gone = gone;
    this.#play = play;
    this.#teller = createTeller(socket, { clock, gone });
  }

  start(): void {
    this.#socket.onMessage((data) => this.#receive(data));
    if (!this.#query.resume) this.#play(this);
    else {
      this.after(RESUME_WITHIN_MS, () => {
        if (this.#resume === undefined)
          this.fail(new RtError('idle_timeout', 'No resume message came in 10 s.'));
      });
    }
  }

  get isResumed(): boolean {
    return this.#resume !== undefined;
  }

  begin(): void {
    this.#begin(true);
  }

  beginIncomplete(): void {
    this.#begin(false);
  }

  after(ms: number, act: () => void): void {
    this.#clock.sleep(ms, this.#gone).then(
      () => {
        if (!this.#hasEnded) act();
      },
      () => undefined,
    );
  }

  warnOfLag(lagMs: number): void {
    const lagS = lagMs / 1_000;
    const message = `Recognition is ${lagS.toFixed(1)} s behind.`;
    this.#tellExtra({ type: 'warning', code: 'processing_lag', message, lag_s: lagS });
  }

  goAway(reconnectInMs: number): void {
    this.#teller.mention(goAwayMessage(reconnectInMs));
  }

  fail(error: RtError): void {
    const message = errorMessage(error, false);
    this.#tellExtra(message);
    this.#finish(() => this.#socket.close(CLOSE_CODE[message.code], message.code));
  }

  close(code: number): void {
    this.#finish(() => this.#socket.close(code, 'as asked for'));
  }

  drop(): void {
    this.#finish(() => this.#socket.terminate());
  }

  reset(): void {
    this.stopReading();
    this.after(UNREAD_MS, () => this.drop());
  }

  sayText(text: string): void {
    this.#teller.sayText(text);
  }

  stopReading(): void {
    this.#socket.pause();
  }

  readSlowly(rate: number): void {
    this.#readRate = rate;
  }

  delay(ms: number): void {
    this.#teller.delay(ms);
  }

  renumber(number: (seq: number) => number): void {
    this.#teller.renumber(number);
  }

  ignoreEnd(): void {
    this.#ignoresEnd = true;
  }

  #begin(isComplete: boolean): void {
    this.#hasBegun = true;
    const resume = this.#resume;
    const missed = resume === undefined ? [] : this.#resumeAt(resume);
    const replayed = isComplete ? missed : [];
    this.#seq += 1;
    if (resume !== undefined) this.#self = { ...this.#self, resumedAt: [...this.#self.resumedAt, this.#seq] };
    this.#teller.tell(this.#beginMessage(replayed.length, isComplete), this.#seq);
    for (const { message, seq } of replayed) this.#teller.tell(message, seq);
  }

  /** Goes to where the client is; answers what it has missed of what lies before. */
  #resumeAt(resume: ClientResume): readonly { readonly message: DurableEvent; readonly seq: number }[] {
    const sample = toEngineSamples(resume.from_sample, this.#query.sampleRate);
    this.#toldSample = sample;
    this.#bytes = resume.from_sample * this.#frameBytes;
    const missed = speechBetween(0, sample, { partials: false, words: this.#query.wordTimestamps }).flatMap(
      ({ message, seq: place = 0 }) => {
        const seq = seqOf(this.#self, place);
        return message.type === 'transcript.partial' || seq <= resume.have_seq ? [] : [{ message, seq }];
      },
    );
    this.#seq = Math.max(resume.have_seq, ...missed.map(({ seq }) => seq));
    return missed;
  }

  #beginMessage(replayed: number, isComplete: boolean): SessionBegin {
    const { language, encoding, sampleRate, channels, acks, interimResults } = this.#query;
    const resume = this.#resume;
    return {
      type: 'session.begin',
      session_id: this.#self.sessionId,
      protocol: PROTOCOL_VERSION,
      model: MODEL,
      language: language === 'auto' ? 'en' : language,
      sample_rate: sampleRate,
      encoding,
      channels,
      partials: interimResults,
      epoch: epochOf(this.#self),
      ...(acks === 'off' ? {} : { resume_token: encodeResumeToken(this.#self) }),
      ...(resume === undefined
        ? {}
        : { resumed: { complete: isComplete, send_from_sample: resume.from_sample, replayed } }),
      warnings: [],
    };
  }

  #receive(data: string | Uint8Array): void {
    if (this.#hasEnded) return;
    if (typeof data !== 'string') {
      if (this.#hasBegun) this.#receiveAudio(data);
      return;
    }
    const message = parseClientMessage(data);
    if (message.type === 'invalid') {
      this.#tellExtra(errorMessage(new RtError('invalid_message', message.reason)));
    } else this.#receiveMessage(message);
  }

  #receiveMessage(message: ClientMessage): void {
    if (message.type === 'resume' && this.#query.resume && this.#resume === undefined) this.#takeUp(message);
    else if (message.type === 'resume') {
      this.#tellExtra(errorMessage(new RtError('invalid_message', 'resume is only the first message.')));
    } else if (message.type === 'end' && this.#hasBegun && !this.#ignoresEnd) this.#end();
  }

  #takeUp(resume: ClientResume): void {
    const session = decodeResumeToken(resume.token);
    this.#resume = resume;
    if (session === undefined) {
      this.fail(new RtError('resume_failed', 'The token was not made by a mock.'));
      return;
    }
    this.#self = session;
    this.#play(this);
  }

  #receiveAudio(bytes: Uint8Array): void {
    this.#bytes += bytes.byteLength;
    const sample = toEngineSamples(this.#frames, this.#query.sampleRate);
    const { interimResults: partials, wordTimestamps: words } = this.#query;
    for (const event of speechBetween(this.#toldSample, sample, { partials, words })) this.#tellSpeech(event);
    this.#toldSample = sample;
    this.#acknowledge();
    if (Number.isFinite(this.#readRate)) this.#rest(bytes.byteLength);
  }

  /** Reads on when the audio that was just read would have been heard at the reading rate. */
  #rest(bytes: number): void {
    const audioMs = (bytes / this.#frameBytes / this.#query.sampleRate) * 1_000;
    this.#socket.pause();
    this.after(audioMs / this.#readRate, () => this.#socket.resume());
  }

  #acknowledge(): void {
    const { acks, sampleRate } = this.#query;
    const nowMs = this.#clock.nowMs();
    const isDue = acks === 'step' || (acks === 'interval' && nowMs - this.#lastAckMs >= ACK_INTERVAL_MS);
    if (!isDue) return;
    this.#lastAckMs = nowMs;
    const committed = toClientFrames(committedAt(this.#toldSample), sampleRate);
    this.#teller.mention({ type: 'ack', received: this.#frames, decoded: this.#frames, committed });
  }

  #end(): void {
    const { sampleRate, wordTimestamps: words } = this.#query;
    const position = {
      sample: toEngineSamples(this.#frames, sampleRate),
      totalDurationS: toWireSeconds(this.#frames, sampleRate),
      sessionId: this.#self.sessionId,
    };
    const { events, end } = speechEnd(position, { partials: false, words });
    for (const event of events) this.#tellSpeech(event);
    this.#tellExtra(end);
    this.#finish(() => this.#socket.close(1000, ''));
  }

  /** Numbered by its place; one the client of a resumed session already has is not told again. */
  #tellSpeech({ message, seq: place = 0 }: SpeechEvent): void {
    if (message.type === 'transcript.partial') {
      this.#teller.mention(message);
      return;
    }
    const seq = seqOf(this.#self, place) + this.#extras;
    if (seq <= this.#seq) return;
    this.#seq = seq;
    this.#teller.tell(message, seq);
  }

  #tellExtra(event: DurableEvent): void {
    this.#seq += 1;
    this.#extras += 1;
    this.#teller.tell(event, this.#seq);
  }

  #finish(act: () => void): void {
    this.#hasEnded = true;
    this.#teller.afterAll(act);
  }

  get #frameBytes(): number {
    return bytesPerSample(this.#query.encoding) * this.#query.channels;
  }

  /** Whole frames per channel since the session began. */
  get #frames(): number {
    return Math.floor(this.#bytes / this.#frameBytes);
  }
}
