import { DaybookError, messageOf } from '../../lib/errors.ts';

/**
 * What a failed request means.
 *   refused   the store said no, and will again: it has done nothing
 *   throttled the store said no for now: it has done nothing
 *   unclear   no answer, or half of one, or the store's own failure: it may have done its work
 */
export type Verdict = 'refused' | 'throttled' | 'unclear';

/** Part of a batch was not taken. */
export class Unprocessed extends Error {}

const throttles: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'TransactionConflictException',
  'ReplicatedWriteConflictException',
  'LimitExceededException',
  'SlowDown',
]);

type Failed = {
  readonly name?: string;
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
};

export function verdictOf(error: unknown): Verdict {
  if (error instanceof Unprocessed) return 'throttled';
  const { name = '', $fault, $metadata } = Object(error) as Failed;
  if (throttles.has(name)) return 'throttled';
  // S3 says so where a request came too slowly.
  if (name === 'RequestTimeout') return 'unclear';
  if (isConfiguration(error)) return 'refused';
  // A refusal of which half arrived has a status too, but is no refusal that could be read.
  return $fault === 'client' && ($metadata?.httpStatusCode ?? 0) < 500 ? 'refused' : 'unclear';
}

/** How DynamoDB answers where a condition does not hold. */
export const conditionFailed = 'ConditionalCheckFailedException';

export const nameOf = (error: unknown) => (Object(error) as Failed).name ?? '';

/** What was asked of which store: `dynamodb:PutItem` of `table DeployHits`. */
export type Asked = { readonly store: string; readonly action: string };

/**
 * One line for whoever reads the log or the answer: what is missing, and what names or makes it.
 */
export function explain(error: unknown, { store, action }: Asked): DaybookError {
  const said = (Object(error) as { message?: string }).message ?? '';
  const name = nameOf(error);
  const cause = causeOf(error);
  const unavailable = (message: string) => new DaybookError('unavailable', message, { cause });
  if (isNoRegion(error))
    return unavailable('no AWS region: set AWS_REGION (any text will do for a store of your own)');
  if (isConfiguration(error)) {
    const ways = 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile or role';
    return unavailable(`no AWS credentials: ${ways} (${oneLine(said)})`);
  }
  if (missing.has(name)) {
    const variable = store.startsWith('bucket')
      ? 'DAYBOOK_BUCKET'
      : 'DAYBOOK_TABLE, DAYBOOK_SALTS_TABLE';
    return unavailable(
      `${store}: there is none of that name in this region and account (${variable}); ` +
        '`npm run daybook -- aws create-tables` makes what is missing',
    );
  }
  if (isOtherKeys(error)) return unavailable(otherKeys(store));
  if (denials.has(name) || statusOf(error) === 403)
    return unavailable(
      `${store}: the right to ${action} is missing, ` +
        `or the keys are wrong (${oneLine(said) || name})`,
    );
  if (/item size|exceeded the maximum allowed size/i.test(said))
    return new DaybookError('too-large', `${store}: ${oneLine(said)}`, { cause });
  return unavailable(`${store}: ${action} failed: ${oneLine(said) || name || messageOf(error)}`);
}

/** The table has other keys than the request named. */
export const isOtherKeys = (error: unknown) =>
  nameOf(error) === 'ValidationException' &&
  /key element does not match the schema|Missing the key|Type mismatch for key/i.test(
    messageOf(error),
  );

/**
 * The SDK's errors hold the whole request, with its signature and token: those must reach no log.
 */
function causeOf(error: unknown): Error {
  const cause = new Error(messageOf(error));
  cause.name = nameOf(error) || 'Error';
  return cause;
}

/** Of the classic table one can say what to do. */
function otherKeys(store: string): string {
  const table = store.replace(/^table /, '');
  return (
    `${store} has other keys than Daybook's pk and sk; ` +
    `if it is the classic one (pagePath, timestamp), name another by ` +
    `DAYBOOK_TABLE and bring its rows over with \`npm run daybook -- import dynamodb ` +
    `--table ${table} --site DOMAIN\``
  );
}

const missing: ReadonlySet<string> = new Set(['ResourceNotFoundException', 'NoSuchBucket']);

const denials: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId',
  'MissingAuthenticationTokenException',
  'MissingAuthenticationToken',
  'IncompleteSignatureException',
  'ExpiredTokenException',
  'ExpiredToken',
]);

function isConfiguration(error: unknown): boolean {
  return (
    ['CredentialsProviderError', 'TokenProviderError'].includes(nameOf(error)) || isNoRegion(error)
  );
}

const isNoRegion = (error: unknown) => /^Region is missing/.test(messageOf(error));

const statusOf = (error: unknown) => (Object(error) as Failed).$metadata?.httpStatusCode;

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 300);
