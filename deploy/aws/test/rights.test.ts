import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resourcesOf, rightsOf, type Statement, templateOf } from './support.ts';

const template = templateOf();
const names = ['Collect', 'Report', 'Close'] as const;
const rights = Object.fromEntries(names.map((name) => [name, rightsOf(template, name)])) as Record<
  (typeof names)[number],
  Map<string, Statement[]>
>;
const on = (statement: Statement) => JSON.stringify(statement.Resource);
const leadingKeys = (statement: Statement) =>
  statement.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] as
    | string[]
    | undefined;

describe('every function', () => {
  for (const name of names) {
    test(`${name} has its own role, and no right with a star in it`, () => {
      const role = resourcesOf(template, 'AWS::IAM::Role')[`${name}Role`]!;
      assert.equal(role.Properties.ManagedPolicyArns, undefined);
      assert.equal(
        role.Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service,
        'lambda.amazonaws.com',
      );
      for (const [action, statements] of rights[name]) {
        assert.doesNotMatch(action, /\*/);
        for (const statement of statements) {
          assert.equal(statement.Effect, 'Allow');
          assert.notEqual(statement.Resource, '*');
        }
      }
    });
    test(`${name} writes only its own log`, () => {
      const [statement] = rights[name].get('logs:PutLogEvents')!;
      assert.match(on(statement!), new RegExp(`${name}Log`));
    });
  }
  test('there are no other roles', () =>
    assert.deepEqual(Object.keys(resourcesOf(template, 'AWS::IAM::Role')).sort(), [
      'CloseRole',
      'CollectRole',
      'ReportRole',
    ]));
});

describe('collect', () => {
  const { Collect } = rights;
  test('can do this, and nothing else', () =>
    assert.deepEqual([...Collect.keys()].sort(), [
      'dynamodb:BatchWriteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]));
  test('cannot reach the bucket', () => {
    for (const statement of [...Collect.values()].flat())
      assert.doesNotMatch(on(statement), /Bucket/);
    const { Variables } = resourcesOf(template, 'AWS::Lambda::Function')['Collect']!.Properties
      .Environment;
    assert.equal(Variables.DAYBOOK_BUCKET, undefined);
  });
  test('reads settings, never hits', () => {
    const read = (action: string) =>
      Collect.get(action)!
        .filter((statement) => !/Salts/.test(on(statement)))
        .flatMap((statement) => leadingKeys(statement)!);
    assert.deepEqual(read('dynamodb:Query'), ['sites', 'domains', 'hit/*']);
    const ofHits = Collect.get('dynamodb:Query')!.find((one) => leadingKeys(one)![0] === 'hit/*')!;
    const { Condition } = ofHits;
    assert.deepEqual(Condition!['ForAllValues:StringEquals'], {
      'dynamodb:Attributes': ['pk', 'sk'],
    });
    assert.deepEqual(Condition!['StringEqualsIfExists'], {
      'dynamodb:Select': 'SPECIFIC_ATTRIBUTES',
    });
    assert.deepEqual(read('dynamodb:GetItem'), [
      'sites',
      'domains',
      'stamp',
      'owner',
      'keys',
      'days/*',
      'try/*',
      'health',
    ]);
  });
  test('writes hits and counts, never settings', () => {
    const written = ['PutItem', 'BatchWriteItem', 'UpdateItem']
      .flatMap((action) => Collect.get(`dynamodb:${action}`)!)
      .filter((statement) => !/Salts/.test(on(statement)))
      .flatMap((statement) => leadingKeys(statement)!);
    assert.deepEqual([...new Set(written)].sort(), [
      'count/*',
      'days/*',
      'health',
      'hit/*',
      'keys-used',
      'late/*',
      'try/*',
    ]);
  });
});

describe('salts', () => {
  test('report and close can destroy one, but never read one', () => {
    for (const name of ['Report', 'Close'] as const) {
      for (const [action, statements] of rights[name]) {
        for (const statement of statements.filter((one) => /Salts/.test(on(one)))) {
          if (action === 'dynamodb:DeleteItem') continue;
          assert.ok(['dynamodb:Query', 'dynamodb:Scan'].includes(action), action);
          assert.deepEqual(statement.Condition, {
            'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'destroyAtMs'] },
            StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
          });
        }
      }
    }
  });
});

describe('scans and files', () => {
  test('nobody scans the table; close scans the salts', () => {
    assert.equal(rights.Report.get('dynamodb:Scan'), undefined);
    const scans = rights.Close.get('dynamodb:Scan')!;
    assert.equal(scans.length, 1);
    assert.match(on(scans[0]!), /Salts/);
  });
  test('report reads files, only close writes them', () => {
    const s3 = (name: 'Report' | 'Close') =>
      [...rights[name].keys()].filter((action) => action.startsWith('s3:')).sort();
    assert.deepEqual(s3('Report'), ['s3:GetObject', 's3:ListBucket']);
    assert.deepEqual(s3('Close'), [
      's3:DeleteObject',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
  });
});
