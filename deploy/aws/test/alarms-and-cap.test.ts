import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { capUsdPerMonth } from '../lib/cap.ts';
import { usdPerMillionPageviews } from '../lib/pageview-cost.ts';
import { readSettings } from '../lib/settings.ts';
import { resourcesOf, templateOf } from './support.ts';

const template = templateOf({ alarmEmail: 'owner@example.com', budgetUsd: '20' });
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');

describe('alarms', () => {
  const expected = {
    ...Object.fromEntries(
      ['Collect', 'Report', 'Close'].flatMap((name) => [
        [`${name}Errors`, ['AWS/Lambda', 'Errors']],
        [`${name}Throttles`, ['AWS/Lambda', 'Throttles']],
      ]),
    ),
    ApiFailures: ['AWS/ApiGateway', '5xx'],
    HitsTurnedAway: ['Daybook/Daybook', 'HitsTurnedAway'],
    ReportsTurnedAway: ['Daybook/Daybook', 'ReportsTurnedAway'],
    TableReadThrottles: ['AWS/DynamoDB', 'ReadThrottleEvents'],
    TableWriteThrottles: ['AWS/DynamoDB', 'WriteThrottleEvents'],
    SaltsReadThrottles: ['AWS/DynamoDB', 'ReadThrottleEvents'],
    SaltsWriteThrottles: ['AWS/DynamoDB', 'WriteThrottleEvents'],
    DayNotClosed: ['Daybook', 'OldestUnclosedDayHours'],
    CloseNotRunning: ['AWS/Lambda', 'Invocations'],
  };
  test('are these', () =>
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(alarms).map(([id, { Properties }]) => [
          id,
          [Properties.Namespace, Properties.MetricName],
        ]),
      ),
      expected,
    ));
  test('the owner gets a message when one begins and when it ends', () => {
    const [topicId] = Object.keys(template.findResources('AWS::SNS::Topic'));
    for (const { Properties } of Object.values(alarms)) {
      assert.deepEqual(Properties.AlarmActions, [{ Ref: topicId }]);
      assert.deepEqual(Properties.OKActions, [{ Ref: topicId }]);
    }
    const [subscription] = Object.values(resourcesOf(template, 'AWS::SNS::Subscription'));
    assert.equal(subscription!.Properties.Endpoint, 'owner@example.com');
  });
  test('CloudWatch may publish to the topic: of this account, its alarms alone', () => {
    const [topicId] = Object.keys(template.findResources('AWS::SNS::Topic'));
    const [policy] = Object.values(resourcesOf(template, 'AWS::SNS::TopicPolicy'));
    assert.deepEqual(policy!.Properties.Topics, [{ Ref: topicId }]);
    const { Statement } = policy!.Properties.PolicyDocument;
    const allowed = Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    const arnParts = [
      ...['arn:', { Ref: 'AWS::Partition' }, ':cloudwatch:', { Ref: 'AWS::Region' }, ':'],
      ...[{ Ref: 'AWS::AccountId' }, ':alarm:*'],
    ];
    assert.deepEqual(allowed, [
      {
        Sid: 'AllowAlarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: topicId },
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', arnParts] } },
        },
      },
    ]);
    const denied = Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Deny');
    assert.deepEqual(
      denied.map(({ Condition }: { Condition: object }) => Condition),
      [{ Bool: { 'aws:SecureTransport': 'false' } }],
    );
  });
  test('a day not closed within 24 hours', () => {
    const { Threshold, ComparisonOperator, Statistic, Dimensions, Period, TreatMissingData } =
      alarms['DayNotClosed']!.Properties;
    assert.deepEqual(
      [Threshold, ComparisonOperator, Statistic, Period, TreatMissingData],
      [24, 'GreaterThanThreshold', 'Minimum', 3_600, 'ignore'],
    );
    assert.deepEqual(Dimensions, [{ Name: 'Stack', Value: 'Daybook' }]);
    const { Variables } = resourcesOf(template, 'AWS::Lambda::Function')['Close']!.Properties
      .Environment;
    assert.equal(Variables.DAYBOOK_STACK, 'Daybook');
  });
  test('every 429 is counted: those of hits and trackers, and those of all else', () => {
    const filters = Object.values(resourcesOf(template, 'AWS::Logs::MetricFilter'));
    const counted = filters.map(({ Properties }) => [
      Properties.MetricTransformations[0].MetricName,
      Properties.MetricTransformations[0].MetricNamespace,
      Properties.MetricTransformations[0].MetricValue,
      Properties.FilterPattern,
    ]);
    const namespace = 'Daybook/Daybook';
    assert.deepEqual(counted.sort(), [
      [...['HitsTurnedAway', namespace, '1'], '{ ($.status = "429") && ($.route != "$default") }'],
      [
        ...['ReportsTurnedAway', namespace, '1'],
        '{ ($.status = "429") && ($.route = "$default") }',
      ],
    ]);
    for (const name of ['HitsTurnedAway', 'ReportsTurnedAway']) {
      const { Threshold, Statistic, ComparisonOperator, Period } = alarms[name]!.Properties;
      assert.deepEqual(
        [Threshold, Statistic, ComparisonOperator, Period],
        [1, 'Sum', 'GreaterThanOrEqualToThreshold', 300],
      );
    }
  });
  test('no pass at all is one too', () => {
    const { TreatMissingData, ComparisonOperator, EvaluationPeriods } =
      alarms['CloseNotRunning']!.Properties;
    assert.deepEqual(
      [TreatMissingData, ComparisonOperator, EvaluationPeriods],
      ['breaching', 'LessThanThreshold', 2],
    );
  });
  test('a budget, where an amount is set', () => {
    const [budget] = Object.values(resourcesOf(template, 'AWS::Budgets::Budget'));
    assert.deepEqual(budget!.Properties.Budget.BudgetLimit, { Amount: 20, Unit: 'USD' });
    assert.deepEqual(resourcesOf(templateOf(), 'AWS::Budgets::Budget'), {});
  });
});

describe('the cap', () => {
  const cap = (given = {}) => capUsdPerMonth(readSettings(given));
  test('everything is bounded by default', () => {
    const outputs = template.toJSON().Outputs as Record<string, { Value: string }>;
    assert.equal(outputs['CapUsdPerMonth']!.Value, String(Math.ceil(cap()!)));
    assert.ok(cap()! < 2_200, String(cap()));
  });
  test('a pageview of the tracker is two requests and a part of a third, a hit one write', () => {
    const { collectRate, maxWriteUnits } = readSettings({});
    const pageviewsPerSecond = 20;
    assert.ok(collectRate >= 3 * pageviewsPerSecond);
    assert.ok(maxWriteUnits >= 2 * pageviewsPerSecond);
  });
  test('what the document says of costs is this', () => {
    const text = readFileSync(new URL('../../../../docs/aws.md', import.meta.url), 'utf8');
    const said = text.replace(/\s+/g, ' ');
    const dollars = (usd: number) => `$${usd.toFixed(2)}`;
    for (const [name, usd] of Object.entries(usdPerMillionPageviews))
      assert.ok(said.includes(`${dollars(usd)} of ${name}`), `${dollars(usd)} of ${name}`);
    const sum = Object.values(usdPerMillionPageviews).reduce((a, b) => a + b);
    assert.ok(said.includes(`about **${dollars(sum)}**`), dollars(sum));
    const least = {
      ...{ collectRate: '5', reportRate: '2', collectConcurrency: '2', reportConcurrency: '1' },
      ...{ maxWriteUnits: '10', maxReadUnits: '200' },
    };
    for (const usd of [cap()!, cap(least)!]) {
      const shown = `$${Math.ceil(usd).toLocaleString('en-US')}`;
      assert.ok(said.includes(shown), shown);
    }
  });
  test('there is none where a limit is off', () =>
    assert.equal(cap({ reportConcurrency: '0' }), undefined));
  for (const [name, lower] of [
    ['collectRate', '5'],
    ['reportRate', '2'],
    ['collectConcurrency', '2'],
    ['reportConcurrency', '1'],
    ['maxWriteUnits', '10'],
    ['maxReadUnits', '100'],
  ])
    test(`a lower ${name} lowers it`, () => assert.ok(cap({ [name!]: lower })! < cap()!));
});

describe('settings', () => {
  for (const [given, message] of [
    [{ arch: 'mips' }, 'arch: expected one of arm64, x64, got mips'],
    [{ collectRate: 'fast' }, 'collectRate: expected a whole number, got fast'],
    [{ reportRate: '0' }, 'reportRate: expected 1 or more, got 0'],
    [{ cloudfront: 'yes' }, 'cloudfront: expected true or false, got yes'],
    [{ domain: 'stats.example.com' }, 'domain, certificate: expected both or neither'],
    [
      {
        domain: 'stats.example.com',
        certificate: 'arn:aws:acm:eu-west-1:1:certificate/x',
        cloudfront: 'true',
      },
      'certificate: expected one in us-east-1, where CloudFront looks for it',
    ],
    [{ stack: '9' }, 'stack: expected letters, digits and hyphens, got 9'],
    [{ budgetUsd: '5' }, 'budgetUsd: expected alarmEmail beside it'],
    [{ logDays: '2' }, 'logDays: expected one of 1, 3, 7, 14, 30, 90, got 2'],
  ] as const)
    test(JSON.stringify(given), () => assert.throws(() => readSettings(given), { message }));
});
