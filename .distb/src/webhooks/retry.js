/** The first and eight retries. */
export const WEBHOOK_MAX_ATTEMPTS = 9;
/**
 * Delays of at most 7.5, 15 and 30 minutes, then 1, 2, 4, 8 and 16 hours: 225 s · (2 + 4 + … + 256) = 114,750 s,
 * or 31.9 h. Equal jitter takes between half and the whole of each, so three quarters on average: 23.9 h.
 */
export const WEBHOOK_BACKOFF = {
    strategy: 'exponential',
    baseMs: 225_000,
    maxMs: 57_600_000,
    jitter: 'equal',
};
