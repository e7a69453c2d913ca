/** A setting as it stands in JSON. */
import type { Layer } from './raw.ts';
import type { ShownSetting } from './shown-settings.ts';

export interface SettingDocument {
  readonly key: string;
  readonly value: string | null;
  readonly valid: boolean;
  readonly origin: {
    readonly layer: Layer;
    readonly name: string;
    readonly file: string | null;
    readonly line: number | null;
  } | null;
}

export function settingDocument({ key, value, origin, expected }: ShownSetting): SettingDocument {
  return {
    key,
    value: value ?? null,
    valid: expected === undefined,
    origin:
      origin === undefined
        ? null
        : { layer: origin.layer, name: origin.name, file: origin.file ?? null, line: origin.line ?? null },
  };
}
