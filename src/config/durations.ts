/** Durations as people write them: `500ms`, `2s`, `1.5s`, `1m`, `1h30m`. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/gy;

/** Milliseconds of `text`, or undefined; a number without a unit is refused, except `0`. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  let totalMs = 0;
  let endIndex = 0;
  for (const [part, amount, unit] of text.matchAll(PART)) {
    totalMs += Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
    endIndex += part.length;
  }
  return endIndex === text.length && text !== '' ? totalMs : undefined;
}

/** The shortest of the same notation: 1500 → `1.5s`, 60000 → `1m`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${String(Math.round(durationMs))}ms`;
  if (durationMs < 60_000) return `${String(Math.round(durationMs / 100) / 10)}s`;
  const seconds = Math.round(durationMs / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${String(amount)}${unit}`)
    .join('');
}
