/** The views one can choose, and what else can fill the screen. */

export const VIEW_NAMES = ['overview', 'workers', 'sessions', 'transcripts', 'rooms', 'events'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** One thing looked at closely, and what it was opened from. */
export interface Opened {
  readonly kind: 'worker' | 'session';
  readonly id: string;
  readonly from?: Opened;
}

/** What fills the screen; each has rows of its own to move in. */
export type ScreenName = ViewName | Opened['kind'] | 'help';
