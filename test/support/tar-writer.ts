/** Archives as tests need them, with members no honest program would write. */
export interface TarMember {
  readonly name: string;
  readonly content?: Uint8Array | string;
  /** `link`: a symbolic link to `target`. */
  readonly kind?: 'file' | 'link' | 'folder';
  readonly target?: string;
}

const BLOCK_BYTES = 512;
const TYPES = { file: '0', link: '2', folder: '5' } as const;

/** An uncompressed ustar archive. */
export function writeTar(members: readonly TarMember[]): Buffer {
  const blocks = members.flatMap((member) => {
    const content = Buffer.from(member.content ?? '');
    const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
    return [header(member, content.length), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header({ name, kind = 'file', target = '' }: TarMember, bytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0, 100);
  block.write('0000644\0' + '0000000\0' + '0000000\0', 100);
  block.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(' '.repeat(8), 148);
  block.write(TYPES[kind], 156);
  block.write(target, 157, 100);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
