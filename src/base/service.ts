/** A long-lived part of a process. `stop` is idempotent and bounded in time. */
export interface Service {
  start(): Promise<void>;
  stop(reason: string): Promise<void>;
}
