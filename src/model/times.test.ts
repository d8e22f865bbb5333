import { expect, test } from 'vitest';
import { filesPatience, rowsPatience } from '../home/aws/attempts.ts';
import { rowsExpireAfterMs } from '../home/aws/aws.ts';
import { mostSkewMs } from '../home/aws/store-clock.ts';
import * as times from './times.ts';

/** What the parts rely on: the first is longer than the second. */
test.each<[string, longerMs: number, shorterMs: number]>([
  ['a tail reads on behind every append', times.tailOverlapMs, times.appendTimeoutMs],
  ['the store says why it refused', times.appendTimeoutMs, rowsPatience.totalMs],
  ['a file is saved while its day is closed', times.computeTimeoutMs, filesPatience.totalMs],
  ['a lease outlives a slow renewal', times.leaseLapsesMs, 2 * times.renewLeaseMs],
  [
    'a repetition is known until its first try is stored',
    times.repeatedForMs,
    times.appendTimeoutMs,
  ],
  ['a counted row has landed', times.landedAfterMs, times.clockSkewMs + times.appendTimeoutMs],
  [
    'a day freezes after the last row by the slowest clock',
    times.freezeAfterMs,
    times.otherClocksMs + times.landedAfterMs,
  ],
  ['a try that is looked for is found', times.earlierTryMs, times.triesDifferMs],
  ['a reader keeps its files', times.readersTakeMs, times.computeTimeoutMs],
  ['files of a closing are not swept', times.unnamedFilesStayMs, times.readersTakeMs],
  ['what is taken back is still there', times.takeBackMs, times.otherClocksMs],
  ['a removed site gets no more rows', times.removedSiteStaysMs, times.freezeAfterMs],
  ['a recount has all rows', times.recountAfterMs, times.freezeAfterMs + times.landedAfterMs],
  ['books are final after the last retry', times.daysCompleteAfterMs, times.hitAgeMs],
  ['a retry of yesterday finds its salt', times.saltLifeMs, times.hitAgeMs + times.freezeAfterMs],
  ['the claim of a first try outlives its retries', times.claimLifeMs, 2 * times.hitAgeMs],
  ['rows outlive the closing of their day by far', rowsExpireAfterMs, 2 * times.claimLifeMs],
])('%s', (_, longerMs, shorterMs) => {
  expect(longerMs).toBeGreaterThan(shorterMs);
});

test('the home of many writers takes no clock that differs more', () => {
  expect(mostSkewMs).toBe(times.clockSkewMs);
});
