import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resourcesOf, templateOf } from './support.ts';

const domain = 'stats.example.com';
const certificate = (region: string) => `arn:aws:acm:${region}:111122223333:certificate/x`;

describe('without a domain and CloudFront', () => {
  const template = templateOf();
  test('there is no distribution and no domain, and no header is trusted', () => {
    template.resourceCountIs('AWS::CloudFront::Distribution', 0);
    template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
    const { Variables } = resourcesOf(template, 'AWS::Lambda::Function')['Collect']!.Properties
      .Environment;
    assert.equal(Variables.DAYBOOK_COUNTRY_HEADER, undefined);
    assert.equal(Variables.DAYBOOK_ORIGIN_SECRET, undefined);
  });
});

describe('a domain', () => {
  const template = templateOf({ domain, certificate: certificate('eu-west-1') });
  test('is the API’s', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: domain });
    template.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
    template.hasOutput('Url', { Value: `https://${domain}` });
    template.hasOutput('DnsTarget', {});
  });
});

describe('CloudFront', () => {
  const template = templateOf({
    cloudfront: 'true',
    domain,
    certificate: certificate('us-east-1'),
  });
  const config = resourcesOf(template, 'AWS::CloudFront::Distribution')['Front']!.Properties
    .DistributionConfig;
  test('proves itself to the functions with a secret that no log shows', () => {
    const { OriginSecret } = template.toJSON().Parameters as Record<
      string,
      { NoEcho?: boolean; MinLength: number }
    >;
    assert.deepEqual([OriginSecret!.NoEcho, OriginSecret!.MinLength], [true, 32]);
    assert.deepEqual(config.Origins[0].OriginCustomHeaders, [
      { HeaderName: 'x-daybook-origin', HeaderValue: { Ref: 'OriginSecret' } },
    ]);
    for (const name of ['Collect', 'Report']) {
      const { Variables } = resourcesOf(template, 'AWS::Lambda::Function')[name]!.Properties
        .Environment;
      assert.deepEqual(Variables.DAYBOOK_ORIGIN_SECRET, { Ref: 'OriginSecret' });
      assert.equal(Variables.DAYBOOK_COUNTRY_HEADER, 'cloudfront-viewer-country');
    }
  });
  test('sends the visitor’s country and address, and shares no answer between visitors', () => {
    const [policy] = Object.values(resourcesOf(template, 'AWS::CloudFront::CachePolicy'));
    const { DefaultTTL, MaxTTL, MinTTL, ParametersInCacheKeyAndForwardedToOrigin } =
      policy!.Properties.CachePolicyConfig;
    assert.deepEqual([MinTTL, DefaultTTL, MaxTTL], [0, 0, 1]);
    const { Headers } = ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig;
    assert.deepEqual(Headers, [
      'Authorization',
      'CloudFront-Viewer-Address',
      'CloudFront-Viewer-Country',
      'Origin',
    ]);
    assert.equal(ParametersInCacheKeyAndForwardedToOrigin.CookiesConfig.CookieBehavior, 'all');
  });
  test('HTTPS only, hits pass, files are cached', () => {
    assert.equal(config.DefaultCacheBehavior.ViewerProtocolPolicy, 'redirect-to-https');
    assert.ok(config.DefaultCacheBehavior.AllowedMethods.includes('POST'));
    assert.deepEqual(
      config.CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern),
      ['/assets/*', '/js/*'],
    );
    assert.deepEqual(config.Aliases, [domain]);
    template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  });
});
