import { type AwsStores, openAwsStores } from '../aws-stores.ts';
import { buildFunctions, type Name, type RunningFunction, startFunction } from './functions.ts';
import { type Gateway, type GatewayOptions, openGateway } from './gateway.ts';

export type Stack = {
  readonly stores: AwsStores;
  /** The function with this name; the first call starts it. */
  fn(name: Name): Promise<RunningFunction>;
  /** One more copy of it, as Lambda starts them where several events come at once. */
  copy(name: Name, env?: NodeJS.ProcessEnv): Promise<RunningFunction>;
  gateway(options: Pick<GatewayOptions, 'payload'> & Partial<GatewayOptions>): Promise<Gateway>;
  close(): Promise<void>;
};

/** The routes of the collect function, as in `deploy/aws/lib/api.ts`. */
const collectRoutes = [
  'POST /api/event',
  'POST /api/events',
  'GET /pixel.gif',
  'POST /api/send',
  'POST /api/batch',
  'POST /count',
  'GET /count',
  'POST /api/v0/count',
  'POST /api/v1/visitors',
  'POST /analytics',
  'POST /default/analytics',
  'GET /health/ready',
];

export type StackOptions = {
  /** The address of DynamoDB for a function: a test may put a proxy in front of it. */
  readonly dynamoOf?: (dynamoUrl: string, name: Name) => Promise<string>;
};

/** The stores, the built functions, and gateways: all of AWS that Daybook uses. */
export async function openStack(
  env: NodeJS.ProcessEnv = {},
  options: StackOptions = {},
): Promise<Stack> {
  const { dynamoOf = async (url) => url } = options;
  const [stores, built] = await Promise.all([openAwsStores(), buildFunctions()]);
  const running = new Map<Name, Promise<RunningFunction>>();
  const copies: Promise<RunningFunction>[] = [];
  const gateways: Gateway[] = [];

  async function start(name: Name, more: NodeJS.ProcessEnv = {}): Promise<RunningFunction> {
    // As in the deployment, functions that collect have no bucket.
    const { DAYBOOK_BUCKET, ...others } = stores.env;
    const bucket = name === 'report' || name === 'close' ? { DAYBOOK_BUCKET } : {};
    const AWS_ENDPOINT_URL_DYNAMODB = await dynamoOf(stores.dynamoUrl, name);
    return startFunction(built.folder(name), {
      ...{ ...others, ...bucket, AWS_ENDPOINT_URL_DYNAMODB, DAYBOOK_LOG: 'warn' },
      ...{ ...env, ...more },
    });
  }

  function fn(name: Name): Promise<RunningFunction> {
    let one = running.get(name);
    if (one === undefined) {
      one = start(name);
      running.set(name, one);
    }
    return one;
  }
  const invoke = (name: Name) => async (event: unknown) => (await fn(name)).invoke(event);

  return {
    stores,
    fn,
    copy(name, more) {
      const one = start(name, more);
      copies.push(one);
      return one;
    },
    async gateway(options) {
      const route = (method: string, path: string) =>
        invoke(collectRoutes.includes(`${method} ${path}`) ? 'collect' : 'report');
      const gateway = await openGateway({ stage: '$default', route, ...options });
      gateways.push(gateway);
      return gateway;
    },
    async close() {
      for (const gateway of gateways) await gateway.close();
      for (const one of [...running.values(), ...copies]) await (await one).end();
      await Promise.all([stores.close(), built.remove()]);
    },
  };
}
