/**
 * A file that is being fetched: appended to, never held as a whole, hashed while it is written. What is on disk
 * when a process ends is where the next one goes on, so it is hashed again on opening.
 */
import { createHash, type Hash } from 'node:crypto';
import { open, statfs } from 'node:fs/promises';
import { RtError } from '../../base/errors.ts';
import { sizeText } from '../size-text.ts';

export interface PartFile {
  /** Bytes in the file. */
  readonly bytes: number;
  /** @throws RtError disk_full: what was written before stays */
  append(chunk: Uint8Array): Promise<void>;
  /** Empties it. */
  restart(): Promise<void>;
  /** Puts it on the disk for good; SHA-256 of it in hexadecimal digits. */
  finish(): Promise<string>;
  close(): Promise<void>;
}

/** Where parts are kept; a port, so that a full disk can be played. */
export interface PartStore {
  open(path: string): Promise<PartFile>;
  /** Bytes this user may still write in `folder`. */
  freeBytes(folder: string): Promise<number>;
}

const BLOCK_BYTES = 1 << 20;

export const diskParts: PartStore = {
  open: openPart,
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

async function openPart(path: string): Promise<PartFile> {
  // Not `a`: Linux ignores positions then, and a restart could not begin at zero.
  const file = await open(path, 'r+').catch(() => open(path, 'w+'));
  let hash: Hash = createHash('sha256');
  let bytes = 0;
  const block = Buffer.alloc(BLOCK_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(block, 0, block.length, bytes);
    if (bytesRead === 0) break;
    hash.update(block.subarray(0, bytesRead));
    bytes += bytesRead;
  }
  return {
    get bytes() {
      return bytes;
    },
    async append(chunk) {
      let written = 0;
      while (written < chunk.length) {
        const rest = chunk.subarray(written);
        const { bytesWritten } = await file.write(rest, 0, rest.length, bytes).catch((error: unknown) => {
          throw asDiskFull(error, path);
        });
        hash.update(rest.subarray(0, bytesWritten));
        written += bytesWritten;
        bytes += bytesWritten;
      }
    },
    async restart() {
      await file.truncate(0);
      hash = createHash('sha256');
      bytes = 0;
    },
    async finish() {
      await file.sync();
      return hash.copy().digest('hex');
    },
    close: () => file.close(),
  };
}

const NO_SPACE = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** `error` itself unless it says that there is no space. */
export function asDiskFull(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!NO_SPACE.includes(code)) return error;
  return new RtError('disk_full', `There is no space left for ${path} (${code})`, { cause: error });
}

/** @throws RtError disk_full when `folder` cannot take `neededBytes` more */
export async function expectSpace(store: PartStore, folder: string, neededBytes: number): Promise<void> {
  const freeBytes = await store.freeBytes(folder);
  if (freeBytes >= neededBytes) return;
  throw new RtError(
    'disk_full',
    `${folder} needs ${sizeText(neededBytes)} more, ${sizeText(freeBytes)} are free`,
  );
}
