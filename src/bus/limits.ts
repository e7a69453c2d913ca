/** How much the bus keeps. */

/** Events of one session that can be replayed (approximate in Redis). */
export const JOURNAL_KEPT = 1000;
/** Messages a slow subscriber may have waiting before the oldest is dropped. */
export const CHANNEL_BACKLOG = 1000;
