/**
 * What a client says while its session streams: audio goes to the worker, control messages are passed
 * on, and what cannot be read is answered, twenty times a minute at most.
 */
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { errorMessage } from '../protocol/close-codes.ts';
import { parseClientMessage } from '../protocol/codec.ts';
import type { StreamQuery } from '../protocol/query.ts';
import { addStrike, NO_STRIKES } from '../protocol/strikes.ts';
import type { EventLog } from './event-log.ts';
import type { Ingest } from './ingest.ts';
import type { Intake } from './intake.ts';
import type { WorkerLine } from './line/ports.ts';

export interface FromClient {
  /** When the client last said anything. */
  readonly aliveMs: number;
  /**
   * Takes one message; `ended`: the client said `end`, and the worker was told.
   * @throws RtError invalid_audio; invalid_message for the twentieth broken message in a minute
   */
  accept(data: string | Uint8Array): 'goes-on' | 'ended';
  /** As if the client had said `end`. */
  end(): void;
}

export interface FromClientParts {
  readonly query: Pick<StreamQuery, 'sampleRate'>;
  readonly line: Pick<WorkerLine, 'sendControl'>;
  readonly ingest: Pick<Ingest, 'leftoverBytes'>;
  readonly intake: Pick<Intake, 'accept' | 'end' | 'rateSuspicion' | 'lastReadMs'>;
  readonly events: Pick<EventLog, 'emit'>;
  readonly clock: Clock;
}

export function createFromClient(parts: FromClientParts): FromClient {
  const { line, intake, events, clock } = parts;
  let strikes = NO_STRIKES;
  let lastTextMs = clock.nowMs();

  const strike = (reason: string): void => {
    const counted = addStrike(strikes, clock.nowMs());
    strikes = counted.strikes;
    const error = new RtError('invalid_message', reason);
    if (counted.isOut) throw error;
    events.emit(errorMessage(error, true));
  };
  const acceptText = (text: string): 'goes-on' | 'ended' => {
    lastTextMs = clock.nowMs();
    const message = parseClientMessage(text);
    switch (message.type) {
      case 'invalid':
        strike(message.reason);
        return 'goes-on';
      case 'resume':
        strike('resume is only the first message of a resumed session');
        return 'goes-on';
      case 'keepalive':
        return 'goes-on';
      case 'flush':
      case 'clear':
      case 'config':
        line.sendControl(message);
        return 'goes-on';
      case 'end':
        endAudio(parts);
        return 'ended';
    }
  };

  return {
    get aliveMs() {
      return Math.max(lastTextMs, intake.lastReadMs);
    },
    accept(data) {
      if (typeof data === 'string') return acceptText(data);
      intake.accept(data);
      warnOfRate(parts);
      return 'goes-on';
    },
    end: () => endAudio(parts),
  };
}

function warnOfRate({ intake, events, query }: FromClientParts): void {
  const rate = intake.rateSuspicion();
  if (rate === undefined) return;
  const declared = query.sampleRate;
  events.emit({
    type: 'warning',
    code: 'rate_mismatch',
    message: `The audio was declared at ${declared} Hz but comes at the pace of ${rate} Hz; set sample_rate=${rate}`,
    declared_rate: declared,
    observed_rate: rate,
  });
}

function endAudio({ intake, ingest, events, line }: FromClientParts): void {
  intake.end();
  if (ingest.leftoverBytes > 0) {
    events.emit({
      type: 'warning',
      code: 'trailing_byte',
      message: 'The audio ended inside a sample; the rest of it was dropped',
      bytes: ingest.leftoverBytes,
    });
  }
  line.sendControl({ type: 'end' });
}
