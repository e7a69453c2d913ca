import { describe, expect, it } from 'vitest';
import { misplaced, readPlacement } from '../../../src/engine/provider/node-placement.ts';

/** Events as onnxruntime 1.30 writes them, shortened. */
function profile(...nodes: readonly { readonly op_name: string; readonly provider?: string }[]): string {
  return JSON.stringify([
    { cat: 'Session', name: 'session_initialization', ph: 'X', dur: 46250, args: {} },
    ...nodes.map((args) => ({ cat: 'Node', name: `${args.op_name}_kernel_time`, ph: 'X', dur: 68, args })),
    { cat: 'Api', name: 'probe&MatMul&MatMulNaive', ph: 'X', args: { op_name: 'MatMul', provider: 'Api' } },
  ]);
}

const BOTH = ['MatMul', 'Conv'];

describe('where nodes ran', () => {
  it('[ENG-111] is read from the nodes of a profile and nothing else in it', () => {
    const text = profile(
      { op_name: 'MatMul', provider: 'WebGpuExecutionProvider' },
      { op_name: 'Conv', provider: 'CPUExecutionProvider' },
    );
    expect([...readPlacement(text)]).toEqual([
      ['MatMul', 'WebGpuExecutionProvider'],
      ['Conv', 'CPUExecutionProvider'],
    ]);
  });

  it.each([
    { provider: 'cuda', name: 'CUDAExecutionProvider' },
    { provider: 'webgpu', name: 'WebGpuExecutionProvider' },
    { provider: 'cpu', name: 'CPUExecutionProvider' },
  ] as const)('[ENG-111] is right when all of it was on $provider', ({ provider, name }) => {
    const placement = readPlacement(profile(...BOTH.map((op) => ({ op_name: op, provider: name }))));
    expect(misplaced(placement, { provider, operators: BOTH })).toEqual([]);
  });

  it('[ENG-111] names what fell back to the CPU and what did not run at all', () => {
    const placement = readPlacement(profile({ op_name: 'MatMul', provider: 'CPUExecutionProvider' }));
    expect(misplaced(placement, { provider: 'cuda', operators: BOTH })).toEqual([
      'MatMul ran on CPUExecutionProvider',
      'Conv ran on nothing',
    ]);
  });

  it('[ENG-111] is nowhere in a profile without nodes', () => {
    expect(readPlacement('[]').size).toBe(0);
    expect(readPlacement('{"traceEvents":[]}').size).toBe(0);
    expect(readPlacement('[null, 3, {"cat":"Node"}]').size).toBe(0);
  });
});
