import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { closeRights, collectRights, type Right, reportRights } from './rights.ts';
import type { Settings } from './settings.ts';
import type { Stores } from './stores.ts';

export type Functions = {
  readonly collect: LambdaFunction;
  readonly report: LambdaFunction;
  readonly close: LambdaFunction;
};

export type FunctionOptions = {
  readonly settings: Settings;
  readonly stores: Stores;
  /** The folder of built functions: `dist/lambda`. */
  readonly bundles: string;
  readonly ownerKeyHash: string;
  /** The secret that only this stack's CloudFront sends; undefined without CloudFront. */
  readonly originSecret: string | undefined;
  /** What the OpenID Connect provider knows this Daybook by; undefined without a provider. */
  readonly oidcClientSecret: string | undefined;
  /** The mail server's address with its password; undefined where no mails are sent. */
  readonly smtp: string | undefined;
};

/** A second less than API Gateway waits (30 s at the most): waiting longer would be of no use. */
const gatewayTimeout = Duration.seconds(29);
const closeTimeout = Duration.minutes(15);
/** Room for the cache of files, a large day's rows, and what does not fit into memory. */
const closeDisk = Size.gibibytes(2);

export function addFunctions(scope: Construct, options: FunctionOptions): Functions {
  const { settings, stores, ownerKeyHash, originSecret } = options;
  const shared = {
    DAYBOOK_HOME: 'aws',
    DAYBOOK_TABLE: stores.table.tableName,
    DAYBOOK_SALTS_TABLE: stores.salts.tableName,
    DAYBOOK_STACK: Stack.of(scope).stackName,
    ...(settings.scriptPath !== '' && { DAYBOOK_SCRIPT_PATH: settings.scriptPath }),
    ...(settings.eventPath !== '' && { DAYBOOK_EVENT_PATH: settings.eventPath }),
  };
  const fronted: Record<string, string> =
    originSecret === undefined
      ? {}
      : {
          DAYBOOK_ORIGIN_SECRET: originSecret,
          DAYBOOK_COUNTRY_HEADER: 'cloudfront-viewer-country',
        };
  const reading = {
    DAYBOOK_BUCKET: stores.bucket.bucketName,
    DAYBOOK_OWNER_KEY_HASH: ownerKeyHash,
    // DuckDB's queries and the reading of files wait in the same pool of threads.
    UV_THREADPOOL_SIZE: '8',
  };
  /** Mails and links are of the owner's domain. Closing sends what is due, pages a test. */
  const mailing: Record<string, string> = {
    ...(settings.domain !== '' && { DAYBOOK_PUBLIC_URL: `https://${settings.domain}` }),
    ...(options.smtp !== undefined && {
      DAYBOOK_SMTP: options.smtp,
      DAYBOOK_MAIL_FROM: settings.mailFrom,
    }),
  };
  /** People sign in there. */
  const signingIn: Record<string, string> = {
    ...(options.oidcClientSecret !== undefined && {
      DAYBOOK_OIDC_ISSUER: settings.oidcIssuer,
      DAYBOOK_OIDC_CLIENT_ID: settings.oidcClientId,
      DAYBOOK_OIDC_CLIENT_SECRET: options.oidcClientSecret,
      DAYBOOK_OIDC_GROUPS: settings.oidcGroups,
    }),
  };
  const databases: Record<string, string> = {
    ...(settings.cityDatabase !== '' && { DAYBOOK_CITY_DATABASE: 'city.mmdb' }),
    ...(settings.networkDatabase !== '' && { DAYBOOK_NETWORK_DATABASE: 'network.mmdb' }),
  };
  const arns = {
    table: stores.table.tableArn,
    salts: stores.salts.tableArn,
    bucket: stores.bucket.bucketArn,
  };
  return {
    collect: addFunction(scope, 'Collect', options, {
      rights: collectRights(arns),
      environment: { ...shared, ...fronted, ...databases },
      memorySize: settings.collectMemoryMb,
      timeout: gatewayTimeout,
      concurrency: settings.collectConcurrency,
    }),
    report: addFunction(scope, 'Report', options, {
      rights: reportRights(arns),
      environment: { ...shared, ...fronted, ...reading, ...databases, ...signingIn, ...mailing },
      memorySize: settings.reportMemoryMb,
      timeout: gatewayTimeout,
      concurrency: settings.reportConcurrency,
    }),
    close: addFunction(scope, 'Close', options, {
      rights: closeRights(arns),
      environment: { ...shared, ...reading, ...mailing },
      memorySize: settings.closeMemoryMb,
      disk: closeDisk,
      timeout: closeTimeout,
      // Two passes at the same time would do everything twice.
      concurrency: settings.reportConcurrency === 0 ? 0 : 1,
    }),
  };
}

type Parts = {
  readonly rights: readonly Right[];
  readonly environment: Record<string, string>;
  readonly memorySize: number;
  /** By default 512 MB. */
  readonly disk?: Size;
  readonly timeout: Duration;
  readonly concurrency: number;
};

function addFunction(
  scope: Construct,
  id: 'Collect' | 'Report' | 'Close',
  { settings, bundles }: FunctionOptions,
  { rights, environment, memorySize, disk, timeout, concurrency }: Parts,
): LambdaFunction {
  const folder = join(bundles, id.toLowerCase());
  checkBundle(folder, settings.arch, id !== 'Collect');
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: settings.logDays as RetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // Each function has its own role: AWS's managed policy for logs allows writing to all logs.
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  const policy = new Policy(scope, `${id}Rights`, {
    roles: [role],
    statements: [
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
      ...rights.map(statementOf),
    ],
  });
  const made = new LambdaFunction(scope, id, {
    ...{ role: role.withoutPolicyUpdates(), logGroup, memorySize, timeout, environment },
    runtime: Runtime.NODEJS_24_X,
    architecture: settings.arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
    handler: 'index.handler',
    code: Code.fromAsset(folder),
    ...(disk !== undefined && { ephemeralStorageSize: disk }),
    ...(concurrency > 0 && { reservedConcurrentExecutions: concurrency }),
  });
  made.node.addDependency(policy);
  return made;
}

function statementOf({ actions, resources, conditions }: Right): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions !== undefined && { conditions }),
  });
}

function checkBundle(folder: string, arch: string, hasDuckdb: boolean): void {
  const build = `npm run build:lambda -- --arch ${arch}`;
  if (!existsSync(join(folder, 'index.mjs')))
    throw new Error(`${folder} is not built: run ${build}`);
  if (hasDuckdb && !existsSync(join(folder, `node_modules/@duckdb/node-bindings-linux-${arch}`)))
    throw new Error(`${folder} is not built for ${arch}: run ${build}`);
}
