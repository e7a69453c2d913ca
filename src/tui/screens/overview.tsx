import { Box } from 'ink';
import type { JSX } from 'react';
import { AlertList } from '../components/alert-list.tsx';
import { Banner } from '../components/banner.tsx';
import { Facts } from '../components/facts.tsx';
import { Footer } from '../components/footer.tsx';
import { SessionTable } from '../components/session-table.tsx';
import { TitleBar } from '../components/title-bar.tsx';
import { WorkerTable } from '../components/worker-table.tsx';
import type { Layout } from '../layout.ts';
import { latencyFacts, trafficFacts, withSparkline } from '../totals-text.ts';
import type { ScreenProps } from './screen-props.ts';

/** Columns of the part on the right of a wide screen. */
const ALERT_COLUMNS = 46;

/** The whole fleet on one page. */
export function Overview(props: ScreenProps & { readonly layout: Layout }): JSX.Element {
  const { view, banner, ui, date, target, columns: width, height, theme, layout } = props;
  const { gap, workerRows, alertRows, sessionRows, isWide } = layout;
  const traffic = withSparkline(trafficFacts(view), view, { width: width - 2, glyphs: theme.glyphs });
  // One column apart, so that their rules do not meet.
  const workerWidth = isWide ? width - ALERT_COLUMNS - 1 : width;
  const part = { view, theme };
  const alerts = <AlertList {...part} width={isWide ? ALERT_COLUMNS : width} rows={alertRows} />;
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <TitleBar {...part} target={target} date={date} isPaused={ui.isPaused} width={width} />
      {banner === undefined ? null : <Banner text={banner} width={width} theme={theme} />}
      <Box flexDirection="column" marginTop={gap}>
        <Facts theme={theme} width={width} facts={traffic} />
        <Facts theme={theme} width={width} facts={latencyFacts(view, theme.glyphs)} />
      </Box>
      <Box marginTop={gap} justifyContent="space-between">
        <WorkerTable {...part} width={workerWidth} rows={workerRows} />
        {isWide ? alerts : null}
      </Box>
      {isWide ? null : <Box marginTop={gap}>{alerts}</Box>}
      <Box marginTop={gap}>
        <SessionTable
          {...part}
          width={width}
          rows={sessionRows}
          offset={ui.offset}
          isTextHidden={ui.isTextHidden}
        />
      </Box>
      <Footer
        ui={ui}
        canScroll={view.sessions.length > sessionRows}
        hasKeyboard={props.hasKeyboard}
        theme={theme}
      />
    </Box>
  );
}
