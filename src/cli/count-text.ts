/** `1 session`, `4 sessions`. */
export function sessionsText(count: number): string {
  return `${String(count)} ${count === 1 ? 'session' : 'sessions'}`;
}
