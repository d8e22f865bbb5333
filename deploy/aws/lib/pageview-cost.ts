import { logUsd, prices } from './cap.ts';
import { defaults } from './settings.ts';

/**
 * What one pageview sends that is counted by Daybook's tracker: the pageview, an engagement when
 * the page is left, and the tracker itself, which a browser keeps for an hour: once for three pages.
 */
const hits = 2;
const trackerLoads = 1 / 3;

const hitMs = 10;
const trackerMs = 5;
const trackerBytes = 4_000;
/** As `test/entry/lambda/write-units.test.ts` asserts. */
const writeUnitsOfHit = 1;

/** US dollars for a million of them, by what they are paid for; without free tiers. */
export const usdPerMillionPageviews = {
  'API Gateway': 1e6 * (hits + trackerLoads) * prices.apiRequest,
  DynamoDB: 1e6 * hits * writeUnitsOfHit * prices.writeUnit,
  Lambda:
    1e6 * (hits + trackerLoads) * prices.lambdaRequest +
    1e6 * hits * lambdaUsd(hitMs, defaults.collectMemoryMb) +
    1e6 * trackerLoads * lambdaUsd(trackerMs, defaults.reportMemoryMb),
  logs: 1e6 * (hits + trackerLoads) * logUsd,
  transfer: ((1e6 * trackerLoads * trackerBytes) / 1e9) * prices.transferGb,
};

function lambdaUsd(ms: number, memoryMb: number): number {
  return (ms / 1_000) * (memoryMb / 1_024) * prices.lambdaGbSecondArm;
}
