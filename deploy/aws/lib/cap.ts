import type { Settings } from './settings.ts';

/**
 * List prices of us-east-1 in US dollars, without free tiers, as of 2026. Other regions cost up to
 * 50 % more.
 */
export const prices = {
  apiRequest: 1 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecondArm: 0.000_013_333_4,
  lambdaGbSecondX86: 0.000_016_666_7,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  transferGb: 0.09,
  logGb: 0.5,
};

/** A line of the API's log (`api.ts`), with the 26 bytes that CloudWatch adds. */
export const apiLogLineBytes = 130;
/** What Lambda itself logs of each call: START, END and REPORT. */
export const lambdaLogBytes = 400;

/** The logs of a request. */
export const logUsd = ((apiLogLineBytes + lambdaLogBytes) / 1e9) * prices.logGb;

const monthSeconds = 730 * 3_600;
const bytesOfReadUnit = 4_096;
/** A page of the dashboard with all that it loads, compressed. */
const pageBytes = 100_000;
const largestAnswerBytes = 6_200_000;

/**
 * The most that a month can cost: every limit reached in every second of the month. What has no
 * limit here (stored bytes, alarms) costs cents. Undefined where a limit is off.
 */
export function capUsdPerMonth(settings: Settings): number | undefined {
  const { collectRate, reportRate, collectConcurrency, reportConcurrency, arch } = settings;
  if (collectConcurrency === 0 || reportConcurrency === 0) return undefined;
  const requests = (collectRate + reportRate) * monthSeconds;
  const gbSecond = arch === 'arm64' ? prices.lambdaGbSecondArm : prices.lambdaGbSecondX86;
  const gigabytes =
    (collectConcurrency * settings.collectMemoryMb +
      reportConcurrency * settings.reportMemoryMb +
      settings.closeMemoryMb) /
    1_024;
  const answerBytes = Math.min(
    reportRate * largestAnswerBytes,
    settings.maxReadUnits * bytesOfReadUnit + reportRate * pageBytes,
  );
  return (
    requests * (prices.apiRequest + prices.lambdaRequest + logUsd) +
    gigabytes * monthSeconds * gbSecond +
    settings.maxWriteUnits * monthSeconds * prices.writeUnit +
    settings.maxReadUnits * monthSeconds * prices.readUnit +
    ((answerBytes * monthSeconds) / 1e9) * prices.transferGb
  );
}
