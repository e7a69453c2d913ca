/** Rows that every server command has, word for word. */
import { text, toggle } from './kinds.ts';
import type { Row } from './setting.ts';

export const READY_FILE: Row<string | undefined> = {
  flag: 'ready-file',
  kind: text('PATH'),
  doc: 'File to write the ready line to.',
};

export const INSECURE_NO_AUTH: Row<boolean> = {
  flag: 'insecure-no-auth',
  kind: toggle,
  default: 'false',
  doc: 'Listen on a non-loopback address although nobody is asked who they are.',
};
