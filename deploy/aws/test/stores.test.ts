import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { resourcesOf, templateOf } from './support.ts';

const template = templateOf();
const tables = resourcesOf(template, 'AWS::DynamoDB::Table');
const bucket = resourcesOf(template, 'AWS::S3::Bucket')['Bucket']!;

describe('capacity', () => {
  for (const [name, read, write] of [
    ['Table', 1_000, 40],
    ['Salts', 100, 100],
  ] as const) {
    test(`${name} is paid by the request, with a cap`, () => {
      const { BillingMode, OnDemandThroughput, ProvisionedThroughput } = tables[name]!.Properties;
      assert.equal(BillingMode, 'PAY_PER_REQUEST');
      assert.equal(ProvisionedThroughput, undefined);
      assert.deepEqual(OnDemandThroughput, {
        MaxReadRequestUnits: read,
        MaxWriteRequestUnits: write,
      });
    });
  }
  test('keys', () => {
    for (const name of ['Table', 'Salts']) {
      assert.deepEqual(tables[name]!.Properties.KeySchema, [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ]);
    }
  });
});

describe('what is deleted after a time', () => {
  const ttl = { AttributeName: 'ttl', Enabled: true };
  test('salts, by DynamoDB itself where nothing else did', () =>
    assert.deepEqual(tables['Salts']!.Properties.TimeToLiveSpecification, ttl));
  test('rows of hits, which are in the bucket by then, unless the owner keeps them', () => {
    assert.deepEqual(tables['Table']!.Properties.TimeToLiveSpecification, ttl);
    const kept = resourcesOf(templateOf({ hitsTtl: 'false' }), 'AWS::DynamoDB::Table');
    assert.equal(kept['Table']!.Properties.TimeToLiveSpecification, undefined);
  });
  test('replaced files after 30 days, unfinished ones after one', () =>
    assert.deepEqual(bucket.Properties.LifecycleConfiguration.Rules, [
      {
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        ExpiredObjectDeleteMarker: true,
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        Status: 'Enabled',
      },
    ]));
});

test('for how long AWS keeps what was erased is what the document says', () => {
  const { RecoveryPeriodInDays: rows } =
    tables['Table']!.Properties.PointInTimeRecoverySpecification;
  const [{ NoncurrentVersionExpiration: files }] = bucket.Properties.LifecycleConfiguration.Rules;
  const text = readFileSync(new URL('../../../../docs/keeping.md', import.meta.url), 'utf8');
  const said = text.replace(/\s+/g, ' ');
  assert.ok(said.includes(`last **${rows} days**`));
  assert.ok(said.includes(`**${files.NoncurrentDays} days** after it was replaced or removed`));
});

describe('what can be restored', () => {
  const recovery = (name: string) =>
    tables[name]!.Properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled;
  test('the table, to any second', () => assert.equal(recovery('Table'), true));
  test('salts never', () => assert.equal(recovery('Salts'), false));
  test('files', () => assert.equal(bucket.Properties.VersioningConfiguration.Status, 'Enabled'));
});

describe('removing the stack', () => {
  const kept = (given = {}) => {
    const made = templateOf(given);
    return [
      resourcesOf(made, 'AWS::DynamoDB::Table')['Table']!,
      resourcesOf(made, 'AWS::S3::Bucket')['Bucket']!,
      resourcesOf(made, 'AWS::DynamoDB::Table')['Salts']!,
    ];
  };
  test('keeps the data, and destroys the salts', () => {
    const [table, files, salts] = kept();
    assert.deepEqual(
      [table!.DeletionPolicy, files!.DeletionPolicy, salts!.DeletionPolicy],
      ['Retain', 'Retain', 'Delete'],
    );
    assert.equal(table!.Properties.DeletionProtectionEnabled, true);
  });
  test('unless a setting says otherwise', () => {
    const [table, files] = kept({ onRemoval: 'destroy' });
    assert.deepEqual([table!.DeletionPolicy, files!.DeletionPolicy], ['Delete', 'Delete']);
    assert.equal(table!.Properties.DeletionProtectionEnabled, false);
  });
  test('a new stack can continue with what was kept', () => {
    const again = templateOf({ table: 'Old-Table', bucket: 'old-bucket' });
    assert.deepEqual(Object.keys(resourcesOf(again, 'AWS::DynamoDB::Table')), ['Salts']);
    assert.deepEqual(resourcesOf(again, 'AWS::S3::Bucket'), {});
    const { Variables } = resourcesOf(again, 'AWS::Lambda::Function')['Report']!.Properties
      .Environment;
    assert.deepEqual(
      [Variables.DAYBOOK_TABLE, Variables.DAYBOOK_BUCKET],
      ['Old-Table', 'old-bucket'],
    );
  });
});

describe('the bucket is private', () => {
  test('no public access of any kind', () =>
    assert.deepEqual(bucket.Properties.PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    }));
  test('encrypted', () =>
    assert.equal(
      bucket.Properties.BucketEncryption.ServerSideEncryptionConfiguration[0]
        .ServerSideEncryptionByDefault.SSEAlgorithm,
      'AES256',
    ));
  test('TLS only', () => {
    const [policy] = Object.values(resourcesOf(template, 'AWS::S3::BucketPolicy'));
    const denied = (
      policy!.Properties.PolicyDocument.Statement as { Effect: string; Condition: object }[]
    ).filter(({ Effect }) => Effect === 'Deny');
    assert.deepEqual(
      denied.map(({ Condition }) => Condition),
      [{ Bool: { 'aws:SecureTransport': 'false' } }, { NumericLessThan: { 's3:TlsVersion': 1.2 } }],
    );
  });
});
