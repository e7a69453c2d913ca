/** Figures at which each alert fires, and figures at which it must not, in the notation of `promtool test rules`. */

type Series = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly alert: string;
  /** Between two samples; 15s unless it is about hours. */
  readonly interval?: string;
  /** Time at which it is looked at. */
  readonly at: string;
  readonly fires: Series;
  /** Of the alert that fires, besides its severity. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly quiet: Series;
}

const REFUSED = 'rt_gateway_sessions_refused_total{job="rt-gateway",instance="g1"';
const ENDED = 'rt_gateway_sessions_ended_total{job="rt-gateway",instance="g1"';
const RESPONSES = 'rt_gateway_response_seconds_bucket{job="rt-gateway",instance="g1"';
const SWEPT = 'rt_sweep_events_total{job="rt-router",instance="r1"';
const OFFLINE = 'rt_fleet_workers{job="rt-router",instance="r1",status="offline"}';
const ROUTER = '{job="rt-router",instance="r1"}';
const WORKER = '{job="rt-worker",instance="w1"}';
const GATEWAY = '{job="rt-gateway",instance="g1"}';
const ON_WORKER = { job: 'rt-worker', instance: 'w1' };
const ON_GATEWAY = { job: 'rt-gateway', instance: 'g1' };

/** `axn` is a and n times a again, `a+bxn` n times b more, `_` no sample. */
export const ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'RtRegistryDown',
    at: '6m',
    fires: { [`rt_fleet_up${ROUTER}`]: '1x20 0x10' },
    summary: 'Redis does not answer, or takes no writes',
    quiet: { [`rt_fleet_up${ROUTER}`]: '1x23 0 1x10' },
  },
  {
    alert: 'RtRegistryRefusals',
    at: '7m',
    fires: { [`${REFUSED},code="registry_unavailable"}`]: '0x20 6x20' },
    labels: { code: 'registry_unavailable' },
    summary: '6 callers were refused because Redis is away, frozen or full',
    quiet: { [`${REFUSED},code="rate_limited"}`]: '0x20 6x20' },
  },
  {
    // The first one ever: the counter is not there before.
    alert: 'RtNoCapacity',
    at: '7m',
    fires: { [`${REFUSED},code="no_capacity"}`]: '_x20 1x20' },
    labels: { code: 'no_capacity' },
    summary: '1 callers found no slot in the last 5 minutes',
    quiet: { [`${REFUSED},code="no_capacity"}`]: '4x60' },
  },
  {
    alert: 'RtNoWorkers',
    at: '6m',
    fires: { [`rt_fleet_slots${ROUTER}`]: '8x20 0x20' },
    summary: 'No worker serves',
    quiet: { [`rt_fleet_slots${ROUTER}`]: '8x40' },
  },
  {
    alert: 'RtSessionsFail',
    at: '15m',
    fires: { [`${ENDED},outcome="error"}`]: '0+1x80', [`${ENDED},outcome="ended"}`]: '0+4x80' },
    summary: '20% of sessions end with an error',
    quiet: { [`${ENDED},outcome="error"}`]: '0+1x80', [`${ENDED},outcome="ended"}`]: '0+99x80' },
  },
  {
    alert: 'RtSlowResponses',
    at: '10m',
    fires: {
      [`${RESPONSES},le="1"}`]: '0+10x60',
      [`${RESPONSES},le="2"}`]: '0+20x60',
      [`${RESPONSES},le="+Inf"}`]: '0+20x60',
    },
    summary: 'Results come 1.9s after their audio (p95)',
    quiet: {
      [`${RESPONSES},le="1"}`]: '0+20x60',
      [`${RESPONSES},le="2"}`]: '0+20x60',
      [`${RESPONSES},le="+Inf"}`]: '0+20x60',
    },
  },
  {
    alert: 'RtWorkerLost',
    at: '10m',
    fires: { [OFFLINE]: '0x30 2x20' },
    summary: '2 workers died without taking leave in the last 10 minutes',
    // Lost long ago, and one of the two is forgotten meanwhile.
    quiet: { [OFFLINE]: '2x35 1x20' },
  },
  {
    alert: 'RtFailovers',
    at: '7m',
    fires: { [`rt_gateway_failovers_total${GATEWAY}`]: '0x20 3x20' },
    summary: '3 times a session lost its worker and went on at another one',
    quiet: { [`rt_gateway_failovers_total${GATEWAY}`]: '3x60' },
  },
  {
    alert: 'RtCapacityShort',
    at: '10m',
    fires: {
      [`rt_fleet_slots${ROUTER}`]: '20x60',
      [`rt_fleet_slots_taken${ROUTER}`]: '15x60',
      [`rt_worker_capacity${WORKER}`]: '10x60',
    },
    summary: '5 slots are free, fewer than the largest worker has',
    quiet: {
      [`rt_fleet_slots${ROUTER}`]: '20x60',
      [`rt_fleet_slots_taken${ROUTER}`]: '10x60',
      [`rt_worker_capacity${WORKER}`]: '10x60',
    },
  },
  {
    alert: 'RtLag',
    at: '5m',
    fires: { 'rt_worker_lag_seconds{job="rt-worker",instance="w1",quantile="0.95"}': '2.5x40' },
    labels: { ...ON_WORKER, quantile: '0.95' },
    summary: 'w1 is 2.5s behind the audio (p95)',
    quiet: {
      'rt_worker_lag_seconds{job="rt-worker",instance="w1",quantile="0.95"}': '0.3x18 2 0.3x20',
    },
  },
  {
    alert: 'RtStepOverChunk',
    at: '5m',
    fires: { 'rt_worker_step_seconds{job="rt-worker",instance="w1",quantile="0.95"}': '0.2x40' },
    labels: { ...ON_WORKER, quantile: '0.95' },
    summary: 'A step of w1 takes 200ms (p95), more than a chunk lasts',
    quiet: {
      'rt_worker_step_seconds{job="rt-worker",instance="w1",quantile="0.95"}': '0.05x40',
      'rt_worker_step_seconds{job="rt-worker",instance="w1",quantile="0.99"}': '0.2x40',
    },
  },
  {
    alert: 'RtCapacityFell',
    at: '10m',
    fires: { [`rt_worker_capacity${WORKER}`]: '40x20 10x40' },
    labels: ON_WORKER,
    summary: 'w1 has taken back half of its slots or more, 10 are left',
    quiet: { [`rt_worker_capacity${WORKER}`]: '40x20 30x40' },
  },
  {
    alert: 'RtOverloadRefuses',
    at: '5m',
    fires: { [`rt_overload_level${GATEWAY}`]: '2x40' },
    labels: ON_GATEWAY,
    summary: 'g1 is overloaded (level 2) and refuses sessions',
    quiet: { [`rt_overload_level${GATEWAY}`]: '1x40' },
  },
  {
    alert: 'RtOverload',
    at: '5m',
    fires: { [`rt_overload_level${GATEWAY}`]: '1x40' },
    labels: ON_GATEWAY,
    summary: 'g1 is overloaded and sends fewer partials',
    quiet: { [`rt_overload_level${GATEWAY}`]: '0x15 1x3 0x20' },
  },
  {
    alert: 'RtGatewayLost',
    at: '7m',
    fires: { [`${SWEPT},type="session.error"}`]: '_x20 3x20' },
    labels: { type: 'session.error' },
    summary: '3 sessions lost their gateway',
    quiet: { [`${SWEPT},type="worker.offline"}`]: '_x20 3x20' },
  },
  {
    alert: 'RtClientsWait',
    at: '5m',
    fires: {
      [`rt_gateway_waiting${GATEWAY}`]: '2x40',
      'rt_gateway_waiting{job="rt-gateway",instance="g2"}': '1x40',
    },
    summary: '3 clients wait for a slot',
    quiet: { [`rt_gateway_waiting${GATEWAY}`]: '0x40' },
  },
  {
    alert: 'RtProcessDown',
    at: '5m',
    fires: { [`up${WORKER}`]: '1x10 0x20' },
    labels: ON_WORKER,
    summary: 'rt-worker at w1 does not answer',
    quiet: { 'up{job="node",instance="w1"}': '0x40' },
  },
  {
    alert: 'RtRouterGone',
    at: '5m',
    fires: { [`up${GATEWAY}`]: '1x40' },
    summary: 'No router tells of the fleet',
    quiet: { [`rt_fleet_up${ROUTER}`]: '0x40' },
  },
  {
    alert: 'RtEventLoopSlow',
    at: '5m',
    fires: { [`rt_nodejs_eventloop_lag_p99_seconds${GATEWAY}`]: '0.4x40' },
    labels: ON_GATEWAY,
    summary: 'The event loop of g1 is 400ms late (p99)',
    quiet: { [`rt_nodejs_eventloop_lag_p99_seconds${GATEWAY}`]: '0.1x40' },
  },
  {
    alert: 'RtFileDescriptors',
    at: '5m',
    fires: { [`rt_process_open_fds${GATEWAY}`]: '900x40', [`rt_process_max_fds${GATEWAY}`]: '1000x40' },
    labels: ON_GATEWAY,
    summary: 'g1 uses 90% of its file descriptors',
    quiet: { [`rt_process_open_fds${GATEWAY}`]: '700x40', [`rt_process_max_fds${GATEWAY}`]: '1000x40' },
  },
  {
    alert: 'RtMemoryGrowth',
    interval: '5m',
    at: '8h',
    fires: { [`rt_process_resident_memory_bytes${WORKER}`]: '300000000+4000000x120' },
    labels: ON_WORKER,
    summary: 'w1 has grown to 652.3MiB, half as much again as six hours ago',
    // Grown as much, but before it had anything to do, and for hours no more.
    quiet: { [`rt_process_resident_memory_bytes${WORKER}`]: '100000000x30 500000000x90' },
  },
];
