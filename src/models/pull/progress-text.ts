/** What a person is told while a model is pulled. */
import { remainingText, sizeText } from '../size-text.ts';
import type { ChecksumSource, PullEvent } from './pull-event.ts';

export interface Reading {
  readonly file: string;
  readonly receivedBytes: number;
  readonly totalBytes: number | undefined;
  /** Zero while it is not known. */
  readonly bytesPerSecond: number;
}

/** `encoder.int8.onnx  312 MB / 623 MB  50 %  24 MB/s  13 s left`. */
export function readingText({ file, receivedBytes, totalBytes, bytesPerSecond }: Reading): string {
  const speed = bytesPerSecond > 0 ? [`${sizeText(bytesPerSecond)}/s`] : [];
  if (totalBytes === undefined || totalBytes === 0)
    return [file, sizeText(receivedBytes), ...speed].join('  ');
  const percent = Math.floor((receivedBytes / totalBytes) * 100);
  const left =
    bytesPerSecond > 0 ? [`${remainingText((totalBytes - receivedBytes) / bytesPerSecond)} left`] : [];
  const share = `${sizeText(receivedBytes)} / ${sizeText(totalBytes)}`;
  return [file, share, `${percent} %`, ...speed, ...left].join('  ');
}

const CHECKED: Readonly<Record<ChecksumSource, string>> = {
  catalogue: 'is the one of the catalogue',
  publisher: 'is the one its publisher states',
  'first pull': 'is the one of the first pull',
  nothing: 'is published by nobody: remembered for the next pull',
};

/** A line for an event that is not mere progress. */
export function eventText(event: Exclude<PullEvent, { readonly type: 'progress' }>): string {
  switch (event.type) {
    case 'waiting':
      return `Waiting: ${event.holder} is pulling it`;
    case 'file':
      return event.fromBytes > 0
        ? `${event.file}: going on from ${sizeText(event.fromBytes)}`
        : `${event.file}${event.totalBytes === undefined ? '' : `: ${sizeText(event.totalBytes)}`}`;
    case 'retry':
      return `${event.file}: ${event.reason}; once more in ${remainingText(event.afterMs / 1000)}`;
    case 'restart':
      return `${event.file}: from the beginning, ${event.reason}`;
    case 'unpack':
      return `Unpacking ${event.file}`;
    case 'checked':
      return `${event.file}: sha256 ${event.sha256.slice(0, 12)}… ${CHECKED[event.by]}`;
  }
}

/** The event for a program, in the names of the wire. */
export function eventDocument(event: PullEvent): Readonly<Record<string, unknown>> {
  const names: Readonly<Record<string, string>> = {
    fromBytes: 'from_bytes',
    totalBytes: 'total_bytes',
    receivedBytes: 'received_bytes',
    afterMs: 'after_ms',
  };
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [names[name] ?? name, value as unknown]),
  );
}
