import { Box } from 'ink';
import type { JSX } from 'react';
import { Footer } from '../components/footer.tsx';
import { Heading } from '../components/heading.tsx';
import { Line } from '../components/line.tsx';
import { cell } from '../format.ts';
import { KEYMAP } from '../keymap.ts';
import type { ScreenProps } from './screen-props.ts';

/** Every key and what it does, from the table that decides it. */
export function Help({ ui, hasKeyboard, columns, height, theme }: ScreenProps): JSX.Element {
  return (
    <Box flexDirection="column" width={columns} height={height} overflow="hidden">
      <Heading title="KEYS" note="" width={columns} theme={theme} />
      <Box flexDirection="column" flexGrow={1}>
        {KEYMAP.map(({ command, shown, does }) => (
          <Line
            key={command}
            theme={theme}
            spans={[
              { text: cell(shown, { width: 10 }, theme.glyphs), tone: 'strong' },
              { text: does, tone: 'plain' },
            ]}
          />
        ))}
      </Box>
      <Footer ui={ui} canScroll={false} hasKeyboard={hasKeyboard} theme={theme} />
    </Box>
  );
}
