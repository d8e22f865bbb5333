import { CfnOutput, Duration } from 'aws-cdk-lib';
import {
  ApiMapping,
  type CfnStage,
  CorsHttpMethod,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import type { Settings } from './settings.ts';

/**
 * As many requests as are allowed in this time may come at once: a page loads many files together.
 */
const burstSeconds = 4;

/**
 * The routes of the collect function: hits, and its health. All others go to the report function.
 */
const collectRoutes: readonly (readonly [HttpMethod, string])[] = [
  [HttpMethod.POST, '/api/event'],
  [HttpMethod.POST, '/analytics'],
  [HttpMethod.POST, '/default/analytics'],
  [HttpMethod.GET, '/health/ready'],
];

/** Trackers are loaded as often as hits come, so this route has the higher limit, as hits have. */
const trackerRoute = '/js/{file+}';

/** The HTTP API. It logs no requests, because a log would contain visitors' addresses. */
export function addApi(
  scope: Construct,
  settings: Settings,
  { collect, report }: Functions,
): HttpApi {
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
  api.addRoutes({ path: trackerRoute, methods: [HttpMethod.GET], integration: toReport });
  const { collectRate, reportRate } = settings;
  const stage = new HttpStage(scope, 'Stage', {
    httpApi: api,
    autoDeploy: true,
    throttle: { rateLimit: collectRate, burstLimit: collectRate * burstSeconds },
  });
  // All other requests are fewer, and each costs more. CloudFormation must make the routes before
  // their settings.
  const cfnStage = stage.node.defaultChild as CfnStage;
  cfnStage.routeSettings = {
    $default: { ThrottlingRateLimit: reportRate, ThrottlingBurstLimit: reportRate * burstSeconds },
  };
  cfnStage.node.addDependency(api.node.findChild('DefaultRoute'));
  if (settings.domain !== '' && !settings.cloudfront) addDomain(scope, settings, api, stage);
  return api;
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
