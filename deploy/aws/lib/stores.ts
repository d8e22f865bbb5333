import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export type Stores = { readonly table: ITable; readonly salts: ITable; readonly bucket: IBucket };

const keys = {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
};

/**
 * For so long, AWS itself can bring back what was removed: rows of the table, and files. What an
 * owner erased is among it: docs/keeping.md says so, with these numbers.
 */
export const recoveryDays = 35;
export const oldVersionDays = 30;

/** Each copy of a function reads a salt once for each site and day. */
const saltUnits = 100;

export function addStores(scope: Construct, settings: Settings): Stores {
  const removalPolicy =
    settings.onRemoval === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  return {
    table:
      settings.table === ''
        ? newTable(scope, settings, removalPolicy)
        : Table.fromTableName(scope, 'Table', settings.table),
    salts: newSalts(scope),
    bucket:
      settings.bucket === ''
        ? newBucket(scope, removalPolicy)
        : Bucket.fromBucketName(scope, 'Bucket', settings.bucket),
  };
}

function newTable(scope: Construct, settings: Settings, removalPolicy: RemovalPolicy): Table {
  return new Table(scope, 'Table', {
    ...keys,
    removalPolicy,
    billingMode: BillingMode.PAY_PER_REQUEST,
    maxReadRequestUnits: settings.maxReadUnits,
    maxWriteRequestUnits: settings.maxWriteUnits,
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled: true,
      recoveryPeriodInDays: recoveryDays,
    },
    deletionProtection: settings.onRemoval === 'keep',
    encryption: TableEncryption.DEFAULT,
    // Every hit's row contains the time when it may be deleted; this setting says whether it is.
    ...(settings.hitsTtl && { timeToLiveAttribute: 'ttl' }),
  });
}

/**
 * Salts must not be kept: a person who has one can recognise visitors. So this table has no backup,
 * DynamoDB itself destroys a salt that was not destroyed in time, and removing the stack always
 * removes the table.
 */
function newSalts(scope: Construct): Table {
  return new Table(scope, 'Salts', {
    ...keys,
    removalPolicy: RemovalPolicy.DESTROY,
    billingMode: BillingMode.PAY_PER_REQUEST,
    maxReadRequestUnits: saltUnits,
    maxWriteRequestUnits: saltUnits,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
    encryption: TableEncryption.DEFAULT,
    timeToLiveAttribute: 'ttl',
  });
}

function newBucket(scope: Construct, removalPolicy: RemovalPolicy): Bucket {
  return new Bucket(scope, 'Bucket', {
    removalPolicy,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    lifecycleRules: [
      {
        noncurrentVersionExpiration: Duration.days(oldVersionDays),
        expiredObjectDeleteMarker: true,
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
  });
}
