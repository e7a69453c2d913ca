/** The fields a recorded value must have before the screens take it: a file may come from anywhere. */

type FieldKind = 'string' | 'number' | 'boolean' | 'number or null' | 'texts' | 'words or null';
type Shape = Readonly<Record<string, FieldKind>>;

export const WORKER_SHAPE: Shape = {
  id: 'string',
  endpoint: 'string',
  status: 'string',
  capacity: 'number',
  activeSessions: 'number',
  models: 'texts',
  lastHeartbeat: 'string',
};

export const SESSION_SHAPE: Shape = {
  id: 'string',
  workerId: 'string',
  gatewayId: 'string',
  status: 'string',
  language: 'string',
  model: 'string',
  clientIp: 'string',
  epoch: 'number',
  committed: 'number',
  failovers: 'number',
  audioDuration: 'number',
};

export const EVENT_SHAPE: Shape = { type: 'string', at: 'string' };

const SPOKEN: Shape = { sessionId: 'string', text: 'string', startS: 'number', audioEndS: 'number' };

export const TEXT_SHAPES: Readonly<Record<string, Shape>> = {
  partial: SPOKEN,
  final: { ...SPOKEN, seq: 'number', endS: 'number', confidence: 'number', words: 'words or null' },
  event: { sessionId: 'string', seq: 'number', name: 'string', detail: 'string', atS: 'number or null' },
  limited: { reason: 'string' },
};

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether `value` has the fields of `shape`. */
export function hasShape(value: unknown, shape: Shape | undefined): boolean {
  if (shape === undefined || !isRecord(value)) return false;
  return Object.entries(shape).every(([field, kind]) => isKind(value[field], kind));
}

function isKind(value: unknown, kind: FieldKind): boolean {
  switch (kind) {
    case 'string':
    case 'boolean':
      return typeof value === kind;
    case 'number':
      return Number.isFinite(value);
    case 'number or null':
      return value === null || Number.isFinite(value);
    case 'texts':
      return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    case 'words or null':
      return value === null || (Array.isArray(value) && value.every(isWord));
  }
}

function isWord(value: unknown): boolean {
  return isRecord(value) && typeof value['word'] === 'string' && Number.isFinite(value['startS']);
}
