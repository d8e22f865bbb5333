import { createCollectApp } from '../../http/collect-app.ts';
import { gatewayHandler } from './gateway.ts';
import { openLambdaWorld } from './world.ts';

/** Takes hits in. Has neither reports nor pages in its bundle, and no right to read a hit. */
export const handler = gatewayHandler(async () => {
  const { world, log, settle } = await openLambdaWorld({ env: process.env, collects: true });
  return { app: createCollectApp(world), log, settle };
});
