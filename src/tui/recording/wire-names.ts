/** Values of this program as JSON with names as on the wire, and back. */

/** `audioEndS` → `audio_end_s`, in every object of `value`. */
export function toWireNames(value: unknown): unknown {
  return renamed(value, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** The inverse, for names of letters, digits and underscores. */
export function fromWireNames(value: unknown): unknown {
  return renamed(value, (name) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((entry) => renamed(entry, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [rename(name), renamed(entry, rename)]),
  );
}
