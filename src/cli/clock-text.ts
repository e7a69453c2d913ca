/** Positions in audio as people read them: `0:42`, `12:05`, `1:02:03`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0
    ? `${String(hours)}:${two(minutes)}:${two(whole % 60)}`
    : `${String(minutes)}:${two(whole % 60)}`;
}

/** How long ago an ISO-8601 time was, roughly: `now`, `42s`, `3m`, `5h`. For people: two clocks never agree. */
export function agoText(iso: string, now: Date): string {
  const seconds = Math.round((now.getTime() - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return '?';
  if (seconds < 1) return 'now';
  if (seconds < 120) return `${String(seconds)}s`;
  return seconds < 7200 ? `${String(Math.round(seconds / 60))}m` : `${String(Math.round(seconds / 3600))}h`;
}
