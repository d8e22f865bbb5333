import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  type CfnStage,
  CorsHttpMethod,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import type { Settings } from './settings.ts';

/**
 * As many requests as are allowed in this time may come at once: a page loads many files together.
 */
const burstSeconds = 4;

/**
 * The routes of the collect function: hits, its health, and which visitor somebody is. All others
 * go to the report function.
 */
const collectRoutes: readonly (readonly [HttpMethod, string])[] = [
  [HttpMethod.POST, '/api/event'],
  [HttpMethod.POST, '/api/events'],
  [HttpMethod.GET, '/pixel.gif'],
  [HttpMethod.POST, '/api/send'],
  [HttpMethod.POST, '/api/batch'],
  [HttpMethod.POST, '/count'],
  [HttpMethod.GET, '/count'],
  [HttpMethod.POST, '/api/v0/count'],
  [HttpMethod.POST, '/analytics'],
  [HttpMethod.POST, '/default/analytics'],
  [HttpMethod.GET, '/health/ready'],
  // It takes salts.
  [HttpMethod.POST, '/api/v1/visitors'],
];

/** Nothing of a visitor. API Gateway wants an id in each line. */
const loggedFields = {
  id: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
};

/** Trackers are loaded as often as hits come, so these have the higher limit, as hits have. */
const trackerRoutes = ['/js/{file+}', '/script.js', '/count.js'];

/** A request that a limit turned away: those of the collect routes, and all others. */
export type TurnedAway = { readonly hits: IMetric; readonly reports: IMetric };

export type Api = { readonly api: HttpApi; readonly turnedAway: TurnedAway };

/**
 * The HTTP API. Its log says of each request the route and the status and nothing of its sender, so
 * that 429s can be counted: no metric of API Gateway tells them from other 4xx.
 */
export function addApi(scope: Construct, settings: Settings, { collect, report }: Functions): Api {
  const toReport = new HttpLambdaIntegration('ToReport', report);
  const api = new HttpApi(scope, 'Api', {
    createDefaultStage: false,
    // The API answers preflights itself: no function runs. No cookies are allowed: only the
    // dashboard uses them, and it has this origin.
    corsPreflight: {
      allowOrigins: ['*'],
      allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.OPTIONS],
      allowHeaders: ['*'],
      exposeHeaders: ['retry-after', 'x-daybook-dropped', 'x-plausible-dropped'],
      maxAge: Duration.days(1),
    },
    defaultIntegration: toReport,
  });
  const toCollect = new HttpLambdaIntegration('ToCollect', collect);
  for (const [method, path] of collectRoutes)
    api.addRoutes({ path, methods: [method], integration: toCollect });
  if (settings.eventPath !== '')
    api.addRoutes({
      ...{ path: settings.eventPath, methods: [HttpMethod.POST], integration: toCollect },
    });
  for (const path of [...trackerRoutes, settings.scriptPath].filter(Boolean))
    api.addRoutes({ path, methods: [HttpMethod.GET], integration: toReport });
  const { collectRate, reportRate } = settings;
  const log = new LogGroup(scope, 'ApiLog', {
    retention: settings.logDays as RetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const stage = new HttpStage(scope, 'Stage', {
    httpApi: api,
    autoDeploy: true,
    throttle: { rateLimit: collectRate, burstLimit: collectRate * burstSeconds },
    accessLogSettings: {
      destination: new LogGroupLogDestination(log),
      format: AccessLogFormat.custom(JSON.stringify(loggedFields)),
    },
  });
  // All other requests are fewer, and each costs more. CloudFormation must make the routes before
  // their settings.
  const cfnStage = stage.node.defaultChild as CfnStage;
  cfnStage.routeSettings = {
    $default: { ThrottlingRateLimit: reportRate, ThrottlingBurstLimit: reportRate * burstSeconds },
  };
  cfnStage.node.addDependency(api.node.findChild('DefaultRoute'));
  if (settings.domain !== '' && !settings.cloudfront) addDomain(scope, settings, api, stage);
  const turnedAway = {
    hits: countTurnedAway(log, 'HitsTurnedAway', '!='),
    reports: countTurnedAway(log, 'ReportsTurnedAway', '='),
  };
  return { api, turnedAway };
}

/** Of the API's routes, `reportRate` is for the default one alone. */
function countTurnedAway(log: LogGroup, metricName: string, isDefault: '=' | '!='): IMetric {
  const pattern = `{ ($.status = "429") && ($.route ${isDefault} "$default") }`;
  const filter = log.addMetricFilter(metricName, {
    filterPattern: FilterPattern.literal(pattern),
    metricNamespace: `Daybook/${Stack.of(log).stackName}`,
    metricName,
  });
  return filter.metric({ statistic: Stats.SUM, period: Duration.minutes(5) });
}

function addDomain(
  scope: Construct,
  { domain, certificate }: Settings,
  api: HttpApi,
  stage: HttpStage,
): void {
  const named = new DomainName(scope, 'Domain', {
    domainName: domain,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificate),
  });
  new ApiMapping(scope, 'Mapping', { api, domainName: named, stage });
  new CfnOutput(scope, 'DnsTarget', {
    value: named.regionalDomainName,
    description: `Point a CNAME record ${domain} here`,
  });
}
