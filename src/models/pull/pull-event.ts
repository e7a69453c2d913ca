/** What a pull tells whoever watches it. */
export type PullEvent =
  | { readonly type: 'waiting'; readonly holder: string }
  | { readonly type: 'file'; readonly file: string; readonly fromBytes: number; readonly totalBytes?: number }
  | {
      readonly type: 'progress';
      readonly file: string;
      readonly receivedBytes: number;
      readonly totalBytes?: number;
    }
  | { readonly type: 'retry'; readonly file: string; readonly reason: string; readonly afterMs: number }
  | { readonly type: 'restart'; readonly file: string; readonly reason: string }
  | { readonly type: 'unpack'; readonly file: string }
  | { readonly type: 'checked'; readonly file: string; readonly sha256: string; readonly by: ChecksumSource };

/** What a checksum was compared with; `nothing`: there was none yet, and this one is remembered. */
export type ChecksumSource = 'catalogue' | 'publisher' | 'first pull' | 'nothing';
