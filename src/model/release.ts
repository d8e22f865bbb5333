/**
 * The month in which this release was made. A machine whose clock is before it has no clock yet.
 */
export const releasedMs = Date.parse('2026-11-01T00:00:00Z');

/** That of package.json, which a test compares with it. */
export const version = '0.1.0';
