/** Answers an upgrade with plain HTTP instead of a WebSocket. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Refusal {
  /** HTTP status, 4xx or 5xx. */
  readonly status: number;
  /** One sentence for the person reading it; becomes the body. */
  readonly reason: string;
  /** Seconds for a Retry-After header. */
  readonly retryAfterS?: number;
}

/** Writes the refusal and ends the connection. */
export function refuseUpgrade(connection: Duplex, { status, reason, retryAfterS }: Refusal): void {
  const body = `${reason}\n`;
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
    ...(retryAfterS === undefined ? [] : [`Retry-After: ${String(Math.ceil(retryAfterS))}`]),
  ];
  // Without the destroy a peer that never reads would keep the connection half open.
  connection.once('finish', () => connection.destroy());
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
