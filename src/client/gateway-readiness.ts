/** Whether a gateway takes new sessions, asked over HTTP. */
import { messageOf } from '../base/errors.ts';

/** `ready`, or why not, for a person. Never rejects. */
export async function gatewayReadiness(gateway: string, timeoutMs: number): Promise<string> {
  const url = `${gateway.replace(/^ws/, 'http').replace(/\/+$/, '')}/readyz`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    if (response.ok) return 'ready';
    const body: unknown = await response.json().catch(() => undefined);
    const hasReason = typeof body === 'object' && body !== null && 'reason' in body;
    return hasReason ? String(body.reason) : `HTTP ${String(response.status)}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `no answer from ${url} (${messageOf(cause)})`;
  }
}
