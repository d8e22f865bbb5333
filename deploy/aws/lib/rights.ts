import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Stores } from './stores.ts';

/** A right of a function: only what its code does, on only what it does it with. */
type Right = {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Record<string, Record<string, string | readonly string[]>>;
};

/** Partitions that are named; a star stands for what follows. */
const onPartitions = (...names: string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': names },
});

/** Keys and end of a salt, but never the salt: enough to destroy it. */
const withoutTheSalt = {
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'destroyAtMs'] },
  StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
};

const db = (...names: string[]) => names.map((name) => `dynamodb:${name}`);

/**
 * Takes hits in: reads what sites there are and whose key it is, writes hits and counts. It can neither read a hit, nor
 * list a partition of them, nor scan, nor reach the bucket.
 */
export const collectRights = ({ table, salts }: Stores): Right[] => [
  {
    actions: db('GetItem', 'Query'),
    resources: [table.tableArn],
    conditions: onPartitions('sites', 'domains', 'stamp', 'owner'),
  },
  {
    actions: db('PutItem', 'BatchWriteItem'),
    resources: [table.tableArn],
    conditions: onPartitions('hit/*', 'late/*', 'days/*', 'health'),
  },
  { actions: db('UpdateItem'), resources: [table.tableArn], conditions: onPartitions('count/*') },
  { actions: db('GetItem', 'PutItem'), resources: [salts.tableArn] },
];

/** Answers, and changes settings for the owner; removing a site removes its rows and destroys its salts. */
export const reportRights = ({ table, salts, bucket }: Stores): Right[] => [
  {
    actions: db('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
    resources: [table.tableArn],
  },
  { actions: db('Query'), resources: [salts.tableArn], conditions: withoutTheSalt },
  { actions: db('DeleteItem'), resources: [salts.tableArn] },
  { actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] },
  { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
];

/** Puts the books right, destroys salts in time, and will close days: the only one that writes files. */
export const closeRights = ({ table, salts, bucket }: Stores): Right[] => [
  {
    actions: db('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
    resources: [table.tableArn],
  },
  { actions: db('Scan'), resources: [salts.tableArn], conditions: withoutTheSalt },
  { actions: db('DeleteItem'), resources: [salts.tableArn] },
  { actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], resources: [bucket.arnForObjects('*')] },
  { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
];

export function statementOf({ actions, resources, conditions }: Right): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    ...(conditions !== undefined && { conditions }),
  });
}
