import { Box } from 'ink';
import { Heading } from '../components/heading.tsx';
import { Line } from '../components/line.tsx';
import { NO_ROOMS } from '../hints.ts';
import { NO_LIST } from '../on-screen.ts';
import type { Picture, ScreenProps } from './screen-props.ts';

/** Sessions that speak together. */
export function roomsScreen({ columns, rows, theme }: ScreenProps): Picture {
  return {
    list: NO_LIST,
    draw: () => (
      <Box flexDirection="column" width={columns} height={rows}>
        <Heading title="ROOMS" note="" width={columns} theme={theme} />
        {NO_ROOMS.map((text) => (
          <Line key={text} theme={theme} spans={[{ text, tone: 'faint' }]} />
        ))}
      </Box>
    ),
  };
}
