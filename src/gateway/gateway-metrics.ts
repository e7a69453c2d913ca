/** The gateway's metrics (docs/metrics.md). */
import type { Counter, Gauge, Histogram, Metrics } from '../base/metrics.ts';

export interface GatewayMetrics {
  readonly sessions: Gauge;
  readonly ended: Counter;
  readonly refused: Counter;
  readonly failovers: Counter;
  readonly lagMoves: Counter;
  readonly audioSeconds: Counter;
  readonly overloadLevel: Gauge;
  readonly waiting: Gauge;
  readonly begin: Histogram;
  readonly response: Histogram;
}

const LATENCY_BUCKETS_S = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

export function createGatewayMetrics(metrics: Metrics): GatewayMetrics {
  return {
    sessions: metrics.gauge({ name: 'rt_gateway_sessions', help: 'Sessions open now' }),
    ended: metrics.counter({ name: 'rt_gateway_sessions_ended_total', help: 'Sessions that ended' }, [
      'outcome',
    ]),
    refused: metrics.counter(
      { name: 'rt_gateway_sessions_refused_total', help: 'Sessions that never began' },
      ['code'],
    ),
    failovers: metrics.counter({
      name: 'rt_gateway_failovers_total',
      help: 'Times a session went on at another worker after its own was lost',
    }),
    lagMoves: metrics.counter({
      name: 'rt_gateway_lag_moves_total',
      help: 'Times a session left a worker that decoded too slowly for a better one',
    }),
    audioSeconds: metrics.counter({
      name: 'rt_gateway_audio_seconds_total',
      help: 'Seconds of audio of sessions that ended',
    }),
    overloadLevel: metrics.gauge({
      name: 'rt_overload_level',
      help: '0 normal, 1 partials at half rate, 2 new sessions refused, 3 resumed ones too',
    }),
    waiting: metrics.gauge({ name: 'rt_gateway_waiting', help: 'Clients that wait for a slot' }),
    begin: metrics.histogram(
      { name: 'rt_gateway_begin_seconds', help: 'Connection accepted to session.begin sent' },
      LATENCY_BUCKETS_S,
    ),
    response: metrics.histogram(
      {
        name: 'rt_gateway_response_seconds',
        help: 'Arrival of the audio a result needed to the result sent',
      },
      LATENCY_BUCKETS_S,
    ),
  };
}
