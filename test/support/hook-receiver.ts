import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ReceivedHook = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
};

export type HookReceiver = {
  readonly url: string;
  readonly hooks: ReceivedHook[];
  /** Whoever has sent something waits for its answer until this has resolved. */
  answersAfter?: Promise<unknown> | undefined;
  close(): Promise<void>;
};

/** Takes whatever is sent to it on this machine, as a chat or a webhook would. */
export async function openHookReceiver(): Promise<HookReceiver> {
  const hooks: ReceivedHook[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += String(chunk)));
    request.on('end', () => {
      hooks.push({ path: request.url!, headers: request.headers, text });
      void Promise.resolve(receiver.answersAfter).then(() => response.end('ok'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: HookReceiver = {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hooks },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return receiver;
}
