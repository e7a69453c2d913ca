/** Milliseconds from `iso` to `now`; 0 for the future and for what is no time. */
export function pastMs(iso: string, now: Date): number {
  const differenceMs = now.getTime() - Date.parse(iso);
  return differenceMs > 0 ? differenceMs : 0;
}
