import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resourcesOf, templateOf } from './support.ts';

const template = templateOf();
const functions = resourcesOf(template, 'AWS::Lambda::Function');

describe('functions', () => {
  for (const [name, memory, timeout, concurrency] of [
    ['Collect', 512, 29, 5],
    ['Report', 1_769, 29, 3],
    ['Close', 3_008, 900, 1],
  ] as const) {
    test(`${name}: arm64, memory, time, and how many at once`, () => {
      const { Architectures, MemorySize, Timeout, ReservedConcurrentExecutions, Handler } =
        functions[name]!.Properties;
      assert.deepEqual(Architectures, ['arm64']);
      assert.deepEqual(
        [MemorySize, Timeout, ReservedConcurrentExecutions, Handler],
        [memory, timeout, concurrency, 'index.handler'],
      );
    });
    test(`${name}: its log is kept for 14 days`, () => {
      const log = resourcesOf(template, 'AWS::Logs::LogGroup')[`${name}Log`]!;
      assert.equal(log.Properties.RetentionInDays, 14);
      assert.match(
        JSON.stringify(functions[name]!.Properties.LoggingConfig),
        new RegExp(`${name}Log`),
      );
    });
  }
  test('Close has room for a large day', () =>
    assert.deepEqual(functions['Close']!.Properties.EphemeralStorage, { Size: 2_048 }));
  test('the stack has no other function', () =>
    assert.deepEqual(Object.keys(functions).sort(), ['Close', 'Collect', 'Report']));
  test('only a hash of the owner key is passed, by parameter', () => {
    const { OwnerKeyHash } = template.toJSON().Parameters as Record<
      string,
      { AllowedPattern: string }
    >;
    assert.equal(OwnerKeyHash!.AllowedPattern, '^([0-9a-f]{64})?$');
    assert.deepEqual(functions['Report']!.Properties.Environment.Variables.DAYBOOK_OWNER_KEY_HASH, {
      Ref: 'OwnerKeyHash',
    });
    assert.equal(
      functions['Collect']!.Properties.Environment.Variables.DAYBOOK_OWNER_KEY_HASH,
      undefined,
    );
  });
  test('people may sign in with a provider; only the function for pages knows its secret', () => {
    const given = { oidcIssuer: 'https://id.example.com', oidcClientId: 'daybook' };
    const named = { domain: 'stats.example.com', certificate: 'arn:aws:acm:eu-west-1:1:a' };
    const other = templateOf({ ...given, ...named });
    const variablesOf = (name: string) =>
      resourcesOf(other, 'AWS::Lambda::Function')[name]!.Properties.Environment.Variables;
    assert.equal(variablesOf('Report').DAYBOOK_OIDC_ISSUER, given.oidcIssuer);
    assert.equal(variablesOf('Report').DAYBOOK_PUBLIC_URL, 'https://stats.example.com');
    assert.deepEqual(variablesOf('Report').DAYBOOK_OIDC_CLIENT_SECRET, { Ref: 'OidcClientSecret' });
    assert.equal(other.toJSON().Parameters.OidcClientSecret.NoEcho, true);
    for (const name of ['Collect', 'Close'])
      assert.equal(variablesOf(name).DAYBOOK_OIDC_CLIENT_SECRET, undefined);
    assert.equal(template.toJSON().Parameters.OidcClientSecret, undefined);
  });
  test('mails go by a server whose address only those know who send, and have links', () => {
    const given = { mailFrom: 'Daybook <reports@example.com>' };
    const named = { domain: 'stats.example.com', certificate: 'arn:aws:acm:eu-west-1:1:a' };
    const other = templateOf({ ...given, ...named });
    const variablesOf = (name: string) =>
      resourcesOf(other, 'AWS::Lambda::Function')[name]!.Properties.Environment.Variables;
    for (const name of ['Report', 'Close']) {
      const variables = variablesOf(name);
      assert.deepEqual(variables.DAYBOOK_SMTP, { Ref: 'Smtp' });
      assert.equal(variables.DAYBOOK_MAIL_FROM, given.mailFrom);
      assert.equal(variables.DAYBOOK_PUBLIC_URL, 'https://stats.example.com');
    }
    assert.equal(variablesOf('Collect').DAYBOOK_SMTP, undefined);
    assert.equal(other.toJSON().Parameters.Smtp.NoEcho, true);
    assert.equal(template.toJSON().Parameters.Smtp, undefined);
    assert.throws(() => templateOf(given), /mailFrom: expected domain beside it/);
    assert.throws(() => templateOf({ ...named, mailFrom: 'x' }), /mailFrom: expected an address/);
  });
  test('a new account has no concurrency to reserve: 0 reserves none', () => {
    const none = resourcesOf(
      templateOf({ collectConcurrency: '0', reportConcurrency: '0' }),
      'AWS::Lambda::Function',
    );
    for (const one of Object.values(none))
      assert.equal(one.Properties.ReservedConcurrentExecutions, undefined);
  });
  test('x64 where it is asked for', () => {
    const other = resourcesOf(templateOf({ arch: 'x64' }), 'AWS::Lambda::Function');
    assert.deepEqual(other['Collect']!.Properties.Architectures, ['x86_64']);
  });
});

test('close runs every 15 minutes, once more where it fails', () => {
  const [rule] = Object.values(resourcesOf(template, 'AWS::Events::Rule'));
  assert.equal(rule!.Properties.ScheduleExpression, 'rate(15 minutes)');
  assert.equal(rule!.Properties.State, 'ENABLED');
  assert.equal(rule!.Properties.Targets[0].RetryPolicy.MaximumRetryAttempts, 1);
  assert.match(JSON.stringify(rule!.Properties.Targets[0].Arn), /Close/);
});

describe('the API', () => {
  const routes = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).map(
    ({ Properties }) => Properties,
  );
  const integrations = template.findResources('AWS::ApiGatewayV2::Integration');
  const functionOf = (route: { Target: unknown }) => {
    const id = /"Ref":"(\w*Integration\w*|\w*To(?:Collect|Report)\w*)"/.exec(
      JSON.stringify(route.Target),
    )![1]!;
    return /(Collect|Report)[0-9A-F]{8}/.exec(
      JSON.stringify(integrations[id]!['Properties'].IntegrationUri),
    )![1];
  };
  test('hits go to collect, everything else to report', () =>
    assert.deepEqual(
      Object.fromEntries(routes.map((route) => [route.RouteKey, functionOf(route)])),
      {
        'POST /api/event': 'Collect',
        'POST /api/events': 'Collect',
        'GET /pixel.gif': 'Collect',
        'POST /api/send': 'Collect',
        'POST /api/batch': 'Collect',
        'POST /count': 'Collect',
        'GET /count': 'Collect',
        'POST /api/v0/count': 'Collect',
        'POST /api/v1/visitors': 'Collect',
        'POST /analytics': 'Collect',
        'POST /default/analytics': 'Collect',
        'GET /health/ready': 'Collect',
        'GET /js/{file+}': 'Report',
        'GET /script.js': 'Report',
        'GET /count.js': 'Report',
        $default: 'Report',
      },
    ));
  test('names of the owner’s own, where they are set', () => {
    const own = templateOf({ scriptPath: '/stats/a.js', eventPath: '/stats/e' });
    const keys = Object.values(resourcesOf(own, 'AWS::ApiGatewayV2::Route')).map(
      ({ Properties: { RouteKey } }) => RouteKey as string,
    );
    assert.ok(keys.includes('GET /stats/a.js') && keys.includes('POST /stats/e'));
    const { Collect, Report } = resourcesOf(own, 'AWS::Lambda::Function');
    for (const one of [Collect!, Report!]) {
      const { Variables } = one.Properties.Environment;
      assert.equal(Variables.DAYBOOK_SCRIPT_PATH, '/stats/a.js');
      assert.equal(Variables.DAYBOOK_EVENT_PATH, '/stats/e');
    }
    assert.throws(() => templateOf({ eventPath: '/api/event' }), /eventPath: expected a path/);
  });
  test('payload 2.0', () => {
    for (const integration of Object.values(integrations))
      assert.equal(integration['Properties'].PayloadFormatVersion, '2.0');
  });
  test('pages of any origin may send, without cookies', () => {
    const [api] = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Api'));
    const cors = api!.Properties.CorsConfiguration;
    assert.deepEqual(cors.AllowOrigins, ['*']);
    assert.deepEqual(cors.AllowMethods, ['GET', 'POST', 'OPTIONS']);
    assert.equal(cors.AllowCredentials, undefined);
    assert.equal(cors.MaxAge, 86_400);
  });
  test('hits and trackers have the higher limit; the log has nothing of a sender', () => {
    const [stage] = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Stage'));
    const { DefaultRouteSettings, RouteSettings, AccessLogSettings, StageName } = stage!.Properties;
    assert.equal(StageName, '$default');
    assert.deepEqual(DefaultRouteSettings, { ThrottlingRateLimit: 60, ThrottlingBurstLimit: 240 });
    assert.deepEqual(RouteSettings, {
      $default: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 20 },
    });
    assert.deepEqual(JSON.parse(AccessLogSettings.Format), {
      ...{ id: '$context.requestId', route: '$context.routeKey', status: '$context.status' },
    });
    const logs = resourcesOf(template, 'AWS::Logs::LogGroup');
    assert.equal(logs['ApiLog']!.Properties.RetentionInDays, 14);
    assert.match(JSON.stringify(AccessLogSettings.DestinationArn), /ApiLog/);
    // CloudFormation refuses settings of a route that does not exist yet.
    assert.ok(stage!.DependsOn!.some((id) => id.startsWith('ApiDefaultRoute')));
  });
});
