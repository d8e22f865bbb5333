import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { TurnedAway } from './api.ts';
import { dayNotClosed } from './day-not-closed.ts';
import type { Functions } from './functions.ts';
import type { Settings } from './settings.ts';
import type { Stores } from './stores.ts';

const period = Duration.minutes(5);
const sum = { statistic: Stats.SUM, period };

export function addAlarms(
  scope: Construct,
  settings: Settings,
  made: {
    readonly functions: Functions;
    readonly stores: Stores;
    readonly api: HttpApi;
    readonly turnedAway: TurnedAway;
    readonly stack: string;
  },
): void {
  const { functions, stores, api, turnedAway, stack } = made;
  const topic = addTopic(scope, settings);

  const add = (
    id: string,
    alarmDescription: string,
    metric: IMetric,
    more: Partial<AlarmProps> = {},
  ) => {
    const alarm = new Alarm(scope, id, {
      ...{ alarmDescription, metric },
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...more,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
  };

  for (const [name, made] of Object.entries(functions)) {
    const id = name[0]!.toUpperCase() + name.slice(1);
    add(
      `${id}Errors`,
      `Daybook's ${name} function failed; its log says why`,
      made.metricErrors(sum),
    );
    add(
      `${id}Throttles`,
      `Daybook's ${name} function is asked for more often than its concurrency allows`,
      made.metricThrottles(sum),
    );
  }
  add(
    'ApiFailures',
    'Daybook answered 5xx: hits may have been turned away',
    api.metricServerError(sum),
    {
      threshold: 5,
    },
  );
  add(
    'HitsTurnedAway',
    'More hits and trackers came than collectRate lets through (429): they are sent again, ' +
      'four times in all, and lost if there are still as many then',
    turnedAway.hits,
  );
  add(
    'ReportsTurnedAway',
    'More other requests came than reportRate lets through (429)',
    turnedAway.reports,
  );
  for (const [name, table] of [
    ['Table', stores.table],
    ['Salts', stores.salts],
  ] as const) {
    for (const kind of ['Read', 'Write'] as const) {
      add(
        `${name}${kind}Throttles`,
        `DynamoDB turned away ${kind.toLowerCase()}s: the cap, or one busy partition`,
        table.metric(`${kind}ThrottleEvents`, sum),
      );
    }
  }
  add(
    'DayNotClosed',
    `A day ended over ${dayNotClosed.mostHours} h ago and is not closed yet; ` +
      'the log of the close function says why',
    new Metric({
      namespace: dayNotClosed.namespace,
      metricName: dayNotClosed.metricName,
      dimensionsMap: { [dayNotClosed.dimension]: stack },
      statistic: dayNotClosed.statistic,
      period: Duration.minutes(dayNotClosed.periodMinutes),
    }),
    {
      threshold: dayNotClosed.mostHours,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.IGNORE,
    },
  );
  // This one is in alarm until the first pass, a quarter of an hour after the first deployment.
  add(
    'CloseNotRunning',
    'No pass of the close function for two hours',
    functions.close.metricInvocations({ statistic: Stats.SUM, period: Duration.hours(1) }),
    {
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    },
  );
  if (settings.budgetUsd > 0) addBudget(scope, settings);
  new CfnOutput(scope, 'AlarmTopic', { value: topic.topicArn });
}

/**
 * Where alarms go. A policy of a topic replaces the one that lets the whole account publish, so it
 * names the one service that does: CloudWatch, for alarms of this account.
 */
function addTopic(scope: Construct, { alarmEmail }: Settings): Topic {
  const topic = new Topic(scope, 'Alarms', { enforceSSL: true });
  const { account, region, partition } = Stack.of(scope);
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AllowAlarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` },
      },
    }),
  );
  if (alarmEmail !== '') topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
}

function addBudget(scope: Construct, { budgetUsd, alarmEmail }: Settings): void {
  const subscribers = [{ subscriptionType: 'EMAIL', address: alarmEmail }];
  new CfnBudget(scope, 'Budget', {
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: budgetUsd, unit: 'USD' },
    },
    notificationsWithSubscribers: ['ACTUAL', 'FORECASTED'].map((notificationType) => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold: 100 },
      subscribers,
    })),
  });
}
