/**
 * ARNs of the stores. This file imports nothing of CDK, so that Daybook's tests can check the
 * functions' requests against these rights (test/entry/lambda/rights.test.ts).
 */
export type Arns = { readonly table: string; readonly salts: string; readonly bucket: string };

/** A right of a function: only the actions that its code does, only on what it does them with. */
export type Right = {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Record<string, Record<string, string | readonly string[]>>;
};

/** Only on these partitions; a star stands for any text. */
const onPartitions = (...names: string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': names },
});

/** Only these attributes of an item. */
const onlyOf = (...attributes: string[]) => ({
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
  StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
});

/** A salt's keys and its end, but never the salt itself: this is enough to destroy it. */
const withoutTheSalt = onlyOf('pk', 'sk', 'destroyAtMs');

const db = (...names: string[]) => names.map((name) => `dynamodb:${name}`);

/**
 * Collects hits: reads sites and keys, writes hits, counts, and when a key was used. Near midnight it looks up
 * whether a hit is there already: by its key, which is when it came and a number. It can neither
 * read a hit, nor scan, nor reach the bucket.
 */
export const collectRights = ({ table, salts }: Arns): Right[] => [
  { actions: db('Query'), resources: [table], conditions: onPartitions('sites', 'domains') },
  {
    actions: db('Query'),
    resources: [table],
    conditions: { ...onPartitions('hit/*'), ...onlyOf('pk', 'sk') },
  },
  {
    actions: db('GetItem'),
    resources: [table],
    conditions: onPartitions(
      ...['sites', 'domains', 'stamp', 'owner', 'keys', 'days/*', 'try/*', 'health'],
    ),
  },
  {
    actions: db('PutItem', 'BatchWriteItem'),
    resources: [table],
    conditions: onPartitions('hit/*', 'late/*', 'days/*', 'try/*', 'health', 'keys-used'),
  },
  { actions: db('UpdateItem'), resources: [table], conditions: onPartitions('count/*') },
  { actions: db('GetItem', 'PutItem', 'Query'), resources: [salts] },
];

/**
 * Answers requests, and changes settings for the owner. Removing a site deletes its rows and
 * destroys its salts.
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

/** Settles the books, destroys salts in time, and closes days. Only this function writes files. */
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
