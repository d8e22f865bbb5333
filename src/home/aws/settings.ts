import { DaybookError } from '../../lib/errors.ts';

/**
 * Where this home's stores are. What is undefined the SDK finds out as it always does (profiles,
 * roles, ...).
 */
export type AwsSettings = {
  readonly table: string;
  readonly saltsTable: string;
  /** Undefined where no files are kept: the collecting Lambda. */
  readonly bucket: string | undefined;
  /** Stands before every file's name in the bucket; empty or ending in a slash. */
  readonly prefix: string;
  readonly region: string | undefined;
  readonly dynamoEndpoint: string | undefined;
  readonly s3Endpoint: string | undefined;
  /** The bucket's name in the path instead of the host's name, as most other stores want it. */
  readonly pathStyle: boolean;
  readonly credentials: Credentials | undefined;
  /** Local folder for files in use, and how much of it may be taken by files that are not. */
  readonly cacheFolder: string;
  readonly cacheBytes: number;
};

type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

const defaultTable = 'DeployHits';

const defaultCacheMb = 400;

/**
 * Reads `DAYBOOK_TABLE`, `DAYBOOK_SALTS_TABLE`, `DAYBOOK_BUCKET` (`name` or `name/prefix`),
 * `DAYBOOK_CACHE_MB`, `DAYBOOK_S3_PATH_STYLE`, and of the SDK's own `AWS_REGION`,
 * `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_S3` and the keys.
 */
export function readSettings(env: NodeJS.ProcessEnv, cacheFolder: string): AwsSettings {
  const get = (name: string) => (env[name] === '' ? undefined : env[name]);
  const table = tableName('DAYBOOK_TABLE', get('DAYBOOK_TABLE') ?? defaultTable);
  const [bucket, ...prefix] = (get('DAYBOOK_BUCKET') ?? '').split('/');
  const endpoint = get('AWS_ENDPOINT_URL');
  const s3Endpoint = get('AWS_ENDPOINT_URL_S3') ?? endpoint;
  return {
    table,
    saltsTable: tableName('DAYBOOK_SALTS_TABLE', get('DAYBOOK_SALTS_TABLE') ?? `${table}-salts`),
    bucket: bucket === '' ? undefined : bucket,
    prefix: prefix
      .filter((part) => part !== '')
      .map((part) => `${part}/`)
      .join(''),
    region: get('AWS_REGION') ?? get('AWS_DEFAULT_REGION'),
    dynamoEndpoint: get('AWS_ENDPOINT_URL_DYNAMODB') ?? endpoint,
    s3Endpoint,
    pathStyle: (get('DAYBOOK_S3_PATH_STYLE') ?? String(s3Endpoint !== undefined)) === 'true',
    credentials: readCredentials(get),
    cacheFolder,
    cacheBytes: readMegabytes(get('DAYBOOK_CACHE_MB')) * 2 ** 20,
  };
}

function tableName(variable: string, name: string): string {
  if (/^[A-Za-z0-9_.-]{3,255}$/.test(name)) return name;
  const problem = 'expected the name of a table (3 to 255 of A-Z a-z 0-9 _ . -)';
  throw new DaybookError('bad-input', `${variable}: ${problem}, got ${JSON.stringify(name)}`);
}

function readCredentials(get: (name: string) => string | undefined): Credentials | undefined {
  const accessKeyId = get('AWS_ACCESS_KEY_ID');
  const secretAccessKey = get('AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const sessionToken = get('AWS_SESSION_TOKEN');
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

function readMegabytes(text: string | undefined): number {
  if (text === undefined) return defaultCacheMb;
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new DaybookError(
    'bad-input',
    `DAYBOOK_CACHE_MB: expected megabytes as a whole number, got ${JSON.stringify(text)}`,
  );
}
