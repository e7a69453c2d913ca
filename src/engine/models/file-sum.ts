/** SHA-256 of files on disk. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const BLOCK_BYTES = 1 << 20;

/** In hexadecimal digits. @throws what the file system says, or the signal's reason */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const block of createReadStream(path, { highWaterMark: BLOCK_BYTES })) {
    signal?.throwIfAborted();
    hash.update(block as Buffer);
  }
  return hash.digest('hex');
}
