import { CfnOutput, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { addAlarms } from './alarms.ts';
import { addApi } from './api.ts';
import { capUsdPerMonth } from './cap.ts';
import { type Deployed, metadataKey } from './deployed.ts';
import { addFront } from './front.ts';
import { addFunctions } from './functions.ts';
import type { Settings } from './settings.ts';
import { addStores } from './stores.ts';

const passEvery = Duration.minutes(15);

/** Daybook on AWS. While nobody visits, nothing runs, and only what is stored costs money. */
export class DaybookStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { given, settings, bundles }: Deployed & { readonly bundles: string },
  ) {
    super(scope, id, { description: 'Daybook, self-hosted web analytics' });
    // The next deployment reads them here (`deployed.ts`).
    this.templateOptions.metadata = { [metadataKey]: { given, settings } satisfies Deployed };
    const ownerKeyHash = new CfnParameter(this, 'OwnerKeyHash', {
      description:
        'SHA-256 of the owner key as 64 hex digits; ' +
        'the key itself never leaves the machine it was made on',
      default: '',
      allowedPattern: '^([0-9a-f]{64})?$',
    }).valueAsString;
    const originSecret = settings.cloudfront
      ? new CfnParameter(this, 'OriginSecret', { noEcho: true, minLength: 32 }).valueAsString
      : undefined;
    const oidcClientSecret =
      settings.oidcIssuer === ''
        ? undefined
        : new CfnParameter(this, 'OidcClientSecret', { noEcho: true, default: '' }).valueAsString;
    const smtp =
      settings.mailFrom === ''
        ? undefined
        : new CfnParameter(this, 'Smtp', {
            ...{ noEcho: true, default: '' },
            description: 'The mail server, such as smtps://user:password@mail.example.com',
          }).valueAsString;

    const stores = addStores(this, settings);
    const secrets = { ownerKeyHash, originSecret, oidcClientSecret, smtp };
    const functions = addFunctions(this, { settings, stores, bundles, ...secrets });
    const { api, turnedAway } = addApi(this, settings, functions);
    const front =
      originSecret === undefined ? undefined : addFront(this, settings, api, originSecret);
    new Rule(this, 'ClosePass', {
      schedule: Schedule.rate(passEvery),
      targets: [
        new LambdaTarget(functions.close, { retryAttempts: 1, maxEventAge: Duration.minutes(10) }),
      ],
    });
    addAlarms(this, settings, { functions, stores, api, turnedAway, stack: this.stackName });

    const host = settings.domain || front?.distributionDomainName;
    const outputs: Readonly<Record<string, string>> = {
      Url: host === undefined ? api.apiEndpoint : `https://${host}`,
      TableName: stores.table.tableName,
      SaltsTableName: stores.salts.tableName,
      BucketName: stores.bucket.bucketName,
      CapUsdPerMonth: capText(settings),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

function capText(settings: Settings): string {
  const usd = capUsdPerMonth(settings);
  return usd === undefined ? 'none: a concurrency is 0' : String(Math.ceil(usd));
}
