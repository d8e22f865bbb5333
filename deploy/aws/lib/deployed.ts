import { defaults, type Given, type Settings, settingNames } from './settings.ts';

/** Where a stack's template keeps its settings. */
export const metadataKey = 'Daybook';

/** The settings of a deployed stack: those that its owner gave, as texts, and all of them. */
export type Deployed = { readonly given: Given; readonly settings: Settings };

/** As CloudFormation gives it back. */
export type Template = {
  readonly Metadata?: { readonly [metadataKey]?: Deployed };
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources?: Readonly<Record<string, Resource>>;
};
type Resource = {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: of any type of resource
  readonly Properties?: any;
};

/** The settings of the stack with this template; undefined where it is empty. */
export function deployedSettings(template: Template): Deployed | undefined {
  const kept = template.Metadata?.[metadataKey];
  // A later version may know settings that this one lacks, and the other way round.
  if (kept !== undefined) return { ...kept, settings: { ...defaults, ...kept.settings } };
  const { Resources: resources = {} } = template;
  if (Object.keys(resources).length === 0) return undefined;
  const settings = { ...defaults, ...settingsIn(resources) };
  const different = settingNames.filter((name) => settings[name] !== defaults[name]);
  const given = Object.fromEntries(different.map((name) => [name, String(settings[name])]));
  return { given, settings };
}

/** What a stack that was made before settings were kept shows of them. */
function settingsIn(resources: Readonly<Record<string, Resource>>): Partial<Settings> {
  /** `id` is the part of a logical id that we chose; CDK adds eight hex digits. */
  const find = (type: string, id = '') =>
    Object.entries(resources).find(
      ([key, one]) => one.Type === type && (id === '' || key.replace(/[0-9A-F]{8}$/, '') === id),
    )?.[1];
  const table = find('AWS::DynamoDB::Table', 'Table');
  const bucket = find('AWS::S3::Bucket', 'Bucket');
  const [collect, report, close] = ['Collect', 'Report', 'Close'].map(
    (name) => find('AWS::Lambda::Function', name)?.Properties,
  );
  const stage = find('AWS::ApiGatewayV2::Stage')?.Properties;
  const front = find('AWS::CloudFront::Distribution')?.Properties.DistributionConfig;
  const named = find('AWS::ApiGatewayV2::DomainName')?.Properties;
  const variables = report?.Environment.Variables;
  const found: { [Name in keyof Settings]?: Settings[Name] | undefined } = {
    stack: variables?.DAYBOOK_STACK,
    arch: report?.Architectures?.[0] === 'x86_64' ? 'x64' : 'arm64',
    collectRate: stage?.DefaultRouteSettings?.ThrottlingRateLimit,
    reportRate: stage?.RouteSettings?.$default?.ThrottlingRateLimit,
    collectConcurrency: collect?.ReservedConcurrentExecutions ?? 0,
    reportConcurrency: report?.ReservedConcurrentExecutions ?? 0,
    collectMemoryMb: collect?.MemorySize,
    reportMemoryMb: report?.MemorySize,
    closeMemoryMb: close?.MemorySize,
    maxWriteUnits: table?.Properties.OnDemandThroughput?.MaxWriteRequestUnits,
    maxReadUnits: table?.Properties.OnDemandThroughput?.MaxReadRequestUnits,
    logDays: find('AWS::Logs::LogGroup')?.Properties.RetentionInDays,
    onRemoval: (table ?? bucket)?.DeletionPolicy === 'Delete' ? 'destroy' : 'keep',
    table: table === undefined ? variables?.DAYBOOK_TABLE : '',
    bucket: bucket === undefined ? variables?.DAYBOOK_BUCKET : '',
    hitsTtl: table === undefined || table.Properties.TimeToLiveSpecification !== undefined,
    alarmEmail: find('AWS::SNS::Subscription')?.Properties.Endpoint,
    budgetUsd: find('AWS::Budgets::Budget')?.Properties.Budget.BudgetLimit.Amount,
    domain: named?.DomainName ?? front?.Aliases?.[0],
    certificate:
      named?.DomainNameConfigurations[0].CertificateArn ??
      front?.ViewerCertificate?.AcmCertificateArn,
    cloudfront: front !== undefined,
    scriptPath: variables?.DAYBOOK_SCRIPT_PATH,
    eventPath: variables?.DAYBOOK_EVENT_PATH,
    // The files' names on their owner's machine are nowhere; that there are such is.
    cityDatabase: variables?.DAYBOOK_CITY_DATABASE,
    networkDatabase: variables?.DAYBOOK_NETWORK_DATABASE,
  };
  const known = Object.entries(found).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Partial<Settings>;
}
