/** How a worker stands that serves and was never asked for anything. */
import type { HeardWish, WorkerStanding } from './ports.ts';

export const NO_WISH: HeardWish = { wish: 'none', wishedMs: 0 };

export const SERVING: WorkerStanding = { isDraining: false, heard: NO_WISH };
