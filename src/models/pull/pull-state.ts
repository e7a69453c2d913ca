/** What a pull knows of the files that have begun to come; kept beside them, so that another process goes on. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const STATE_NAME = 'state.json';

export interface FileState {
  readonly url: string;
  /** Names the version of the file that the part on disk belongs to. */
  readonly validator?: string;
  /** As published when it was asked for. */
  readonly publishedSha256?: string;
  /** Set once it is complete and was found right. */
  readonly done?: { readonly bytes: number; readonly sha256: string };
}

export interface PullState {
  /** Commit that the source's branch meant when the pull began. */
  readonly revision: string | undefined;
  file(name: string): FileState | undefined;
  setFile(name: string, state: FileState): Promise<void>;
  setRevision(revision: string): Promise<void>;
}

interface Saved {
  revision?: string;
  readonly files: Record<string, FileState>;
}

/** The state of `staging`; a new one where there is none or it cannot be read: the parts are then of no use. */
export async function openPullState(staging: string): Promise<PullState> {
  const path = join(staging, STATE_NAME);
  const saved = await readSaved(path);
  const save = async (): Promise<void> => {
    await writeFile(`${path}.new`, JSON.stringify(saved));
    await rename(`${path}.new`, path);
  };
  return {
    get revision() {
      return saved.revision;
    },
    file: (name) => saved.files[name],
    async setFile(name, state) {
      saved.files[name] = state;
      await save();
    },
    async setRevision(revision) {
      saved.revision = revision;
      await save();
    },
  };
}

async function readSaved(path: string): Promise<Saved> {
  try {
    const saved: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof saved === 'object' && saved !== null && 'files' in saved) return saved as Saved;
  } catch {
    // Nothing yet, or cut by a crash.
  }
  return { files: {} };
}
