/**
 * Carries one direction of a connection between two sockets as its flow decides.
 *
 * Always true: at most `MAX_WAITING_BYTES` wait in the flow and what Node buffers for one write in the
 * sink, beyond that the source is not read; a sink that is gone swallows what still comes, so that the
 * end of the source is seen.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { createAlarm } from './alarm.ts';
import { type Flow, isPartitioned } from './flow.ts';
import type { ActiveToxic, Ending } from './toxic.ts';

export interface PipeOptions {
  readonly source: Socket;
  readonly sink: Socket;
  readonly flow: Flow;
  /** The toxics in force in this direction now. */
  readonly active: () => readonly ActiveToxic[];
  readonly clock: Clock;
  readonly onEnding: (how: Ending) => void;
}

export interface Pipe {
  /** Decides again, after toxics have changed. */
  turn(): void;
  /** Bytes handed to the sink. */
  readonly carriedBytes: number;
}

export function createPipe({ source, sink, flow, active, clock, onEnding }: PipeOptions): Pipe {
  let carriedBytes = 0;
  let isBlocked = false;
  let isOver = false;
  const alarm = createAlarm(clock, () => turn());

  function stop(): void {
    isOver = true;
    alarm.off();
    // Whatever still comes has nowhere to go.
    source.resume();
  }

  function turn(): void {
    while (!isOver && (!isBlocked || isPartitioned(active()))) {
      const step = flow.next(active(), clock.nowMs());
      if (step.type === 'write') {
        carriedBytes += step.bytes.length;
        isBlocked = !sink.write(step.bytes);
      } else if (step.type === 'wait') {
        alarm.set(step.untilMs);
        break;
      } else {
        stop();
        if (step.type === 'finish') sink.end();
        else onEnding(step.type);
      }
    }
    if (isOver || !flow.isFull) source.resume();
    else source.pause();
  }

  source.on('data', (chunk: Buffer) => {
    if (isOver) return;
    flow.push(chunk, active(), clock.nowMs());
    turn();
  });
  const onEnd = (how: 'finished' | 'reset') => (): void => {
    flow.end(how, clock.nowMs());
    turn();
  };
  source.once('end', onEnd('finished'));
  // Without an end before it the source was reset; after one this changes nothing.
  source.once('close', onEnd('reset'));
  sink.on('drain', () => {
    isBlocked = false;
    turn();
  });
  sink.once('close', stop);
  return {
    turn,
    get carriedBytes() {
      return carriedBytes;
    },
  };
}
