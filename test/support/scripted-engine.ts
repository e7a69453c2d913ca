/** An engine that recognises nothing and says what a test tells it to. */
import { RtError } from '../../src/base/errors.ts';
import type {
  Engine,
  EngineEvent,
  EngineSession,
  EngineSessionOptions,
  EngineSessionUpdate,
} from '../../src/engine/engine.ts';

export interface ScriptedSession {
  readonly options: EngineSessionOptions;
  readonly controls: readonly ('flush' | 'clear' | 'end' | EngineSessionUpdate)[];
  readonly isClosed: boolean;
  /** Samples pushed so far. */
  readonly samples: number;
  /** Says `event`, unless the session is closed. */
  say(event: EngineEvent): void;
}

export interface ScriptedEngine extends Engine {
  /** In the order in which they were opened. */
  readonly sessions: readonly ScriptedSession[];
}

/** A final that ends at `endSample`. */
export function finalOf(text: string, startSample: number, endSample: number): EngineEvent {
  return {
    type: 'final',
    text,
    startSample,
    endSample,
    words: [{ word: text, startSample, endSample, confidence: 0.87654 }],
    confidence: 0.91234,
    audioEndSample: endSample,
    commitSample: endSample,
  };
}

export function partialOf(text: string, startSample: number, endSample: number): EngineEvent {
  const words = [{ word: text, startSample, endSample, confidence: 0.5 }];
  return { type: 'partial', text, startSample, endSample, words, stableChars: 0, audioEndSample: endSample };
}

/**
 * `lively` (the default): decodes at once what it is given and ends when told to. Else it does neither,
 * as an engine that hangs.
 */
export function createScriptedEngine(
  options: { readonly lively?: boolean; readonly longestStepMs?: number } = {},
): ScriptedEngine {
  const isLively = options.lively ?? true;
  const sessions: ScriptedSession[] = [];
  return {
    sessions,
    models: [
      { name: 'scripted-en', aliases: ['fast'], languages: ['en'], streaming: true, chunkMs: 160 },
      { name: 'whole-utterances', aliases: [], languages: ['en'], streaming: false, chunkMs: 160 },
    ],
    provider: 'cpu',
    historySamples: 0,
    open(sessionOptions, onEvent) {
      if (sessionOptions.model === 'unloaded') {
        throw new RtError('invalid_parameters', 'model "unloaded" is not loaded here');
      }
      const { session, scripted } = openScripted({ options: sessionOptions, onEvent, isLively });
      sessions.push(scripted);
      return session;
    },
    stats: () => ({
      sessions: 0,
      steps: 0,
      stepP50Ms: 0,
      stepP95Ms: 0,
      stepP99Ms: 0,
      longestStepMs: options.longestStepMs ?? 0,
      batchFill: 0,
      lagP50Ms: 0,
      lagP95Ms: 0,
      stepWaitP50Ms: 0,
      stepWaitP95Ms: 0,
    }),
    onFailure() {},
    close: () => Promise.resolve(),
  };
}

function openScripted(parts: {
  readonly options: EngineSessionOptions;
  readonly onEvent: (event: EngineEvent) => void;
  readonly isLively: boolean;
}): { readonly session: EngineSession; readonly scripted: ScriptedSession } {
  const controls: ScriptedSession['controls'][number][] = [];
  let samples = parts.options.fromSample - parts.options.historySamples;
  let isClosed = false;
  const say = (event: EngineEvent): void => {
    if (!isClosed) parts.onEvent(event);
  };
  const sayLater = (event: () => EngineEvent): void => {
    if (parts.isLively) setImmediate(() => say(event()));
  };
  return {
    session: {
      push(pcm) {
        samples += pcm.length;
        sayLater(() => ({ type: 'progress', decodedSample: samples, commitSample: 0 }));
      },
      flush: () => void controls.push('flush'),
      clear: () => void controls.push('clear'),
      update: (change) => void controls.push(change),
      end() {
        controls.push('end');
        sayLater(() => ({ type: 'ended', decodedSample: samples, speechSamples: 0 }));
      },
      close() {
        isClosed = true;
      },
    },
    scripted: {
      options: parts.options,
      controls,
      get isClosed() {
        return isClosed;
      },
      get samples() {
        return samples;
      },
      say,
    },
  };
}
