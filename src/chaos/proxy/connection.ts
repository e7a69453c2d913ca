/**
 * One client of a proxy and its connection to the upstream, under the toxics that hold it.
 *
 * Always true: both sockets have their error listener before anything else; a connection that was
 * partitioned is reset when it no longer is, because bytes of it are gone; when both sockets are closed
 * nothing of it is left, no timer either.
 */
import { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { randomFrom, seedFrom } from '../../base/random.ts';
import type { Address } from '../../transport/address.ts';
import { createAlarm } from './alarm.ts';
import { deadlineOf } from './delays.ts';
import { createFlow, type Flow, isPartitioned } from './flow.ts';
import { createPipe, type Pipe } from './pipe.ts';
import { resetSocket } from './reset-socket.ts';
import type { Tally } from './tally.ts';
import type { ActiveToxic, Ending, PlacedToxic, Way } from './toxic.ts';

export interface ConnectionOptions {
  readonly client: Socket;
  readonly upstream: Address;
  /** 1 for the first connection of its proxy. */
  readonly number: number;
  readonly seed: number;
  readonly clock: Clock;
  readonly toxics: readonly PlacedToxic[];
}

export type ConnectionOutcome = Ending | 'closed' | 'unreachable';

export interface Connection {
  /** Puts it under `toxics` from now on. */
  setToxics(toxics: readonly PlacedToxic[]): void;
  end(how: Ending): void;
  tally(): Tally;
  /** Settles when both sockets are closed; never rejects. */
  readonly closed: Promise<ConnectionOutcome>;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { client, clock, number, seed } = options;
  const upstream = new Socket({ allowHalfOpen: true });
  const openedMs = clock.nowMs();
  let toxics = activeToxics(options, openedMs);
  let outcome: ConnectionOutcome | undefined;

  const end = (how: Ending): void => {
    outcome ??= how;
    for (const socket of [client, upstream]) {
      if (how === 'reset') resetSocket(socket);
      else if (socket.connecting || socket.pending) socket.destroy();
      else socket.destroySoon();
    }
  };
  for (const socket of [client, upstream]) socket.on('error', () => undefined).setNoDelay(true);
  const onUnreachable = (): void => {
    outcome ??= 'unreachable';
    resetSocket(client);
  };
  upstream.once('error', onUnreachable);
  // A later error is a reset, which the pipes carry on.
  upstream.once('connect', () => upstream.off('error', onUnreachable));

  const flowOf = (way: Way): Flow => createFlow(way, randomFrom(seedFrom(seed, number, way)));
  const flows = { up: flowOf('up'), down: flowOf('down') };
  const pipeOf = (way: Way, [source, sink]: readonly [Socket, Socket]): Pipe =>
    createPipe({ source, sink, flow: flows[way], active: () => toxics[way], clock, onEnding: end });
  const pipes = { up: pipeOf('up', [client, upstream]), down: pipeOf('down', [upstream, client]) };
  upstream.on('data', () => {
    if (flows.down.scanner.state === 'opaque') flows.up.scanner.giveUp();
  });

  const alarm = createAlarm(clock, () => end(deadlineOf([...toxics.up, ...toxics.down]).how));
  const watchDeadline = (): void => alarm.set(deadlineOf([...toxics.up, ...toxics.down]).atMs);
  // Nothing crosses a partition, a request to connect neither.
  if (!isPartitioned(toxics.up)) upstream.connect(options.upstream);
  watchDeadline();
  pipes.up.turn();

  return {
    end,
    setToxics(placed) {
      const wasPartitioned = isPartitioned(toxics.up) || isPartitioned(toxics.down);
      toxics = activeToxics({ ...options, toxics: placed }, openedMs);
      if (wasPartitioned && !isPartitioned(toxics.up) && !isPartitioned(toxics.down)) {
        end('reset');
        return;
      }
      watchDeadline();
      pipes.up.turn();
      pipes.down.turn();
    },
    tally: () => tallyOf(flows, pipes),
    closed: Promise.all([client, upstream].map(closeOf)).then(() => {
      alarm.off();
      return outcome ?? 'closed';
    }),
  };
}

function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** The toxics that hold connection `number`: chance depends on the seed, the number and the name alone. */
function activeToxics(
  { toxics, seed, number }: ConnectionOptions,
  openedMs: number,
): Readonly<Record<Way, readonly ActiveToxic[]>> {
  const held = toxics
    .filter(({ toxic }) => isTaken({ seed, number, name: toxic.name }, toxic.toxicity))
    .map(({ toxic, addedMs }) => ({ name: toxic.name, toxic, sinceMs: Math.max(openedMs, addedMs) }));
  const along = (way: Way): readonly ActiveToxic[] =>
    held.filter(({ toxic: { direction } }) => direction === 'both' || direction === way);
  return { up: along('up'), down: along('down') };
}

/** Whether a toxic of `toxicity` takes hold of a connection. */
export function isTaken(
  of: { readonly seed: number; readonly number: number; readonly name: string },
  toxicity: number,
): boolean {
  return randomFrom(seedFrom(of.seed, of.number, of.name))() < toxicity;
}

function tallyOf(flows: Readonly<Record<Way, Flow>>, pipes: Readonly<Record<Way, Pipe>>): Tally {
  const { up, down } = flows;
  return {
    bytes: { up: pipes.up.carriedBytes, down: pipes.down.carriedBytes },
    droppedBytes: { up: up.droppedBytes, down: down.droppedBytes },
    pongsDropped: up.frames.pongsDropped + down.frames.pongsDropped,
    framesDuplicated: up.frames.framesDuplicated + down.frames.framesDuplicated,
    framesReordered: up.frames.framesReordered + down.frames.framesReordered,
  };
}
