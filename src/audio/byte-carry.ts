/**
 * Cuts a byte stream into whole frames wherever its messages happen to be split.
 *
 * The concatenation of all outputs plus the leftover is always the concatenation of all inputs,
 * and every output is a multiple of `frameBytes` long: any split of a stream gives the same samples.
 */
export interface ByteCarry {
  /** The whole frames available after `bytes`; may be a view of `bytes`, valid until it changes. */
  push(bytes: Uint8Array): Uint8Array;
  /** Bytes of an incomplete frame held back, at the end of a stream bytes that were lost. */
  readonly leftoverBytes: number;
}

/** Opens a carry for frames of `frameBytes` (bytes per sample times channels). */
export function createByteCarry(frameBytes: number): ByteCarry {
  const held = new Uint8Array(frameBytes);
  let heldBytes = 0;

  const hold = (bytes: Uint8Array): void => {
    held.set(bytes, heldBytes);
    heldBytes += bytes.length;
  };

  return {
    push(bytes) {
      const total = heldBytes + bytes.length;
      const whole = total - (total % frameBytes);
      if (whole === 0) {
        hold(bytes);
        return bytes.subarray(0, 0);
      }
      const taken = whole - heldBytes;
      let frames = bytes.subarray(0, taken);
      if (heldBytes > 0) {
        frames = new Uint8Array(whole);
        frames.set(held.subarray(0, heldBytes));
        frames.set(bytes.subarray(0, taken), heldBytes);
        heldBytes = 0;
      }
      hold(bytes.subarray(taken));
      return frames;
    },
    get leftoverBytes() {
      return heldBytes;
    },
  };
}
