/** Whether this processor multiplies signed bytes in one instruction. */
import { readFileSync } from 'node:fs';
import { arch } from 'node:os';

const DOT_PRODUCTS = ['avx512_vnni', 'avx_vnni', 'amx_int8'];

/**
 * True where 8-bit weights are to be signed. Elsewhere signed ones go through an instruction that saturates, and
 * unsigned ones do not.
 * @param cpuinfo what Linux tells of the processor; empty on other systems
 */
export function prefersSigned(architecture: string, cpuinfo: string): boolean {
  if (architecture === 'arm64') return true;
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.split(/\s+/) ?? [];
  return DOT_PRODUCTS.some((flag) => flags.includes(flag));
}

/** `prefersSigned` for the machine this runs on. */
export function machinePrefersSigned(): boolean {
  let cpuinfo = '';
  try {
    cpuinfo = readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    // Not Linux: nothing is known, and unsigned weights are exact everywhere.
  }
  return prefersSigned(arch(), cpuinfo);
}
