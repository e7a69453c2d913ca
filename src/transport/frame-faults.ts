/**
 * How `ws` names a broken frame, and the close code it sends for it. The library keeps that number
 * to itself, and reports 1006 locally because the peer never answered its close frame.
 */
const CLOSE_CODE_OF_FAULT: Readonly<Record<string, number>> = {
  WS_ERR_EXPECTED_FIN: 1002,
  WS_ERR_EXPECTED_MASK: 1002,
  WS_ERR_INVALID_CLOSE_CODE: 1002,
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH: 1002,
  WS_ERR_INVALID_OPCODE: 1002,
  WS_ERR_UNEXPECTED_MASK: 1002,
  WS_ERR_UNEXPECTED_RSV_1: 1002,
  WS_ERR_UNEXPECTED_RSV_2_3: 1002,
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
};

/** The close code sent for `error`, or undefined when it is no fault of a frame. */
export function closeCodeOfFault(error: Error): number | undefined {
  return 'code' in error && typeof error.code === 'string' ? CLOSE_CODE_OF_FAULT[error.code] : undefined;
}
