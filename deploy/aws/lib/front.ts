import { CfnOutput, Duration, Fn } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/**
 * CloudFront in front of the API. It sets headers with the visitor's address and country. The
 * functions trust these headers only together with `originSecret`, which only CloudFront sends.
 */
export function addFront(
  scope: Construct,
  settings: Settings,
  api: HttpApi,
  originSecret: string,
): Distribution {
  const origin = new HttpOrigin(Fn.parseDomainName(api.apiEndpoint), {
    customHeaders: { 'x-daybook-origin': originSecret },
  });
  const shared = {
    origin,
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    compress: true,
  };
  const files = { ...shared, cachePolicy: CachePolicy.CACHING_OPTIMIZED };
  const front = new Distribution(scope, 'Front', {
    comment: `Daybook ${settings.stack}`,
    defaultBehavior: {
      ...shared,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: uncached(scope),
    },
    additionalBehaviors: {
      ...{ '/assets/*': files, '/js/*': files },
      ...(settings.scriptPath !== '' && { [settings.scriptPath]: files }),
    },
    httpVersion: HttpVersion.HTTP2_AND_3,
    priceClass: PriceClass.PRICE_CLASS_100,
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    ...(settings.domain !== '' && {
      domainNames: [settings.domain],
      certificate: Certificate.fromCertificateArn(scope, 'Certificate', settings.certificate),
    }),
  });
  if (settings.domain !== '') {
    new CfnOutput(scope, 'DnsTarget', {
      value: front.distributionDomainName,
      description: `Point a CNAME record ${settings.domain} here`,
    });
  }
  return front;
}

/**
 * Caches nothing that two visitors could share: the cache key contains the visitor's address and
 * port. CloudFront's own headers reach the origin only as part of a cache key, and a key may
 * contain headers only where caching is on: so the longest time is a second.
 */
function uncached(scope: Construct): CachePolicy {
  return new CachePolicy(scope, 'Uncached', {
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.seconds(0),
    maxTtl: Duration.seconds(1),
    headerBehavior: CacheHeaderBehavior.allowList(
      'Authorization',
      'CloudFront-Viewer-Address',
      'CloudFront-Viewer-Country',
      'Origin',
    ),
    cookieBehavior: CacheCookieBehavior.all(),
    queryStringBehavior: CacheQueryStringBehavior.all(),
    enableAcceptEncodingGzip: true,
    enableAcceptEncodingBrotli: false,
  });
}
