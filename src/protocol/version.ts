/** The protocol major this build speaks; a gateway pairs only with workers of the same one. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol that names this major. */
export const SUBPROTOCOL = 'rt.v1';

/** Path of the streaming endpoint on a gateway, and of a session on a worker. */
export const STREAM_PATH = '/v1/audio/transcriptions/stream';
export const WORKER_SESSION_PATH = '/session';
