/** Tells from the first bytes of one direction whether a WebSocket begins there, and behind which byte. */
import type { Way } from './toxic.ts';

const MAX_HEAD_BYTES = 16 * 1024;
const BEGINS: Readonly<Record<Way, string>> = { up: 'GET ', down: 'HTTP/1.1 101' };
const HEAD_END = '\r\n\r\n';
const UPGRADE = /^upgrade:\s*websocket\s*$/im;

export interface UpgradeHead {
  /** `head`: more is needed; `headBytes` of the chunk come before the first frame. */
  push(chunk: Buffer): { readonly verdict: 'head' | 'frames' | 'opaque'; readonly headBytes: number };
}

export function createUpgradeHead(way: Way): UpgradeHead {
  const begin = BEGINS[way];
  let head = '';
  return {
    push(chunk) {
      const beforeBytes = head.length;
      head += chunk.toString('latin1', 0, MAX_HEAD_BYTES);
      const end = head.indexOf(HEAD_END);
      const isPlausible = head.startsWith(begin.slice(0, head.length));
      if (end < 0 && isPlausible && head.length < MAX_HEAD_BYTES) {
        return { verdict: 'head', headBytes: chunk.length };
      }
      const isUpgrade = isPlausible && end >= 0 && UPGRADE.test(head.slice(0, end));
      head = '';
      if (!isUpgrade) return { verdict: 'opaque', headBytes: chunk.length };
      return { verdict: 'frames', headBytes: end + HEAD_END.length - beforeBytes };
    },
  };
}
