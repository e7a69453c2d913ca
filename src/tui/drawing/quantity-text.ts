/** Numbers with their units, each kind of them in one form everywhere. */

/** `42s`, `3m`, `5h`: how long ago, rounded down. */
export function ageText(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1000);
  if (seconds < 120) return `${seconds}s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3600)}h`;
}

/** `0.3s`. */
export function secondsText(seconds: number): string {
  return `${seconds.toFixed(1)}s`;
}

/** Milliseconds without their unit: one decimal below ten, else none. */
export function msText(ms: number): string {
  return ms < 9.95 ? ms.toFixed(1) : ms.toFixed(0);
}

/** 0.41 → `41%`. */
export function percentText(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** `210 MiB`. */
export function bytesText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

/** Position in audio: `0:42`, `12:05`, `1:02:03`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = `${hours > 0 ? String(minutes).padStart(2, '0') : minutes}:${String(whole % 60).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Position in audio to a tenth of a second: `0:42.1`, `1:02:03.0`. */
export function positionText(seconds: number): string {
  const tenths = Math.max(0, Math.round(seconds * 10));
  return `${clockText(tenths / 10)}.${tenths % 10}`;
}

/** Local time of day, `14:03:27`. */
export function timeOfDay(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/** Local month, day and time, `01-30 14:03`. */
export function dayAndTime(date: Date): string {
  const day = [date.getMonth() + 1, date.getDate()].map(twoDigits).join('-');
  return `${day} ${timeOfDay(date).slice(0, 5)}`;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}
