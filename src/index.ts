/** The library: speak to a gateway from TypeScript, and name what an engine takes and gives. */
export { RtError, type RtErrorCode } from './base/errors.ts';
export type { StreamOptions, StreamSession } from './client/ports.ts';
export type { ResumeNotice } from './client/resume/notice.ts';
export {
  openResumingSession,
  type ResumingContext,
  type ResumingOptions,
} from './client/resume/open-resuming-session.ts';
export { openStreamSession, type StreamSessionContext } from './client/stream-session.ts';
export type {
  Engine,
  EngineEvent,
  EngineModel,
  EngineSession,
  EngineSessionOptions,
  EngineStats,
  EngineText,
  EngineWord,
} from './engine/engine.ts';
export type {
  DurableEvent,
  ErrorMessage,
  ServerMessage,
  SessionBegin,
  SessionEnd,
  TranscriptFinal,
  TranscriptPartial,
  WireSegment,
  WireWord,
} from './protocol/server-messages.ts';
