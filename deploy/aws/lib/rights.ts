/**
 * ARNs of the stores. Nothing of CDK is in here, so that the tests can hold what functions ask
 * against these rights.
 */
export type Arns = { readonly table: string; readonly salts: string; readonly bucket: string };

/** A right of a function: only what its code does, on only what it does it with. */
export type Right = {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Record<string, Record<string, string | readonly string[]>>;
};

/** Only on partitions that are named; a star stands for what follows. */
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
 * Takes hits in: reads what sites there are and whose key it is, writes hits and counts. It can
 * neither read a hit, nor list a partition of them, nor scan, nor reach the bucket.
 */
export const collectRights = ({ table, salts }: Arns): Right[] => [
  { actions: db('Query'), resources: [table], conditions: onPartitions('sites', 'domains') },
  {
    actions: db('GetItem'),
    resources: [table],
    conditions: onPartitions('sites', 'domains', 'stamp', 'owner', 'days/*', 'health'),
  },
  {
    actions: db('PutItem', 'BatchWriteItem'),
    resources: [table],
    conditions: onPartitions('hit/*', 'late/*', 'days/*', 'health'),
  },
  { actions: db('UpdateItem'), resources: [table], conditions: onPartitions('count/*') },
  { actions: db('GetItem', 'PutItem'), resources: [salts] },
];

/**
 * Answers, and changes settings for the owner; removing a site removes its rows and destroys its
 * salts.
 */
export const reportRights = ({ table, salts, bucket }: Arns): Right[] => [
  {
    actions: db('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
    resources: [table],
  },
  { actions: db('Query'), resources: [salts], conditions: withoutTheSalt },
  { actions: db('DeleteItem'), resources: [salts] },
  { actions: ['s3:GetObject'], resources: [`${bucket}/*`] },
  { actions: ['s3:ListBucket'], resources: [bucket] },
];

/**
 * Puts the books right, destroys salts in time, and closes days: the only one that writes files.
 */
export const closeRights = ({ table, salts, bucket }: Arns): Right[] => [
  {
    actions: db('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
    resources: [table],
  },
  { actions: db('Scan'), resources: [salts], conditions: withoutTheSalt },
  { actions: db('DeleteItem'), resources: [salts] },
  { actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], resources: [`${bucket}/*`] },
  { actions: ['s3:ListBucket'], resources: [bucket] },
];
