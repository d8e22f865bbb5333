import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get, type RequestOptions } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Pebble, a real authority for tests (RFC 8555), with a DNS where every name is this machine. */
export type Pebble = {
  readonly directoryUrl: string;
  /** Vouches for its own server. */
  readonly caFile: string;
  /** Where it asks for challenges, instead of port 80. */
  readonly plainPort: number;
  /** Who signs its certificates. */
  root(): Promise<string>;
  start(): Promise<void>;
  stop(): void;
  close(): Promise<void>;
};

export async function openPebble(lifeS: number): Promise<Pebble> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-pebble-'));
  const [port, management, plainPort, dns, dnsManagement] = await freePorts(5);
  const caFile = join(folder, 'ca.pem');
  const keyFile = join(folder, 'ca.key');
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', keyFile, '-out', caFile, '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
  ]);
  const config = {
    pebble: {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      ...{ certificate: caFile, privateKey: keyFile, httpPort: plainPort, tlsPort: 5001 },
      certificateValidityPeriod: lifeS,
    },
  };
  const configFile = join(folder, 'pebble.json');
  await writeFile(configFile, JSON.stringify(config));
  const running: ChildProcess[] = [];
  const env = { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0' };
  const stop = () => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  };
  const root = async () =>
    text(await asked({ host: '127.0.0.1', port: management, path: '/roots/0' }));

  return {
    ...{ directoryUrl: `https://localhost:${port}/dir`, caFile, plainPort: plainPort! },
    root,
    async start() {
      const where = ['-dns01', `127.0.0.1:${dns}`, '-management', `127.0.0.1:${dnsManagement}`];
      const others = ['-http01', '', '-https01', '', '-tlsalpn01', ''];
      const names = ['-defaultIPv4', '127.0.0.1', '-defaultIPv6', ''];
      running.push(
        spawn('pebble-challtestsrv', [...where, ...others, ...names], { stdio: 'ignore' }),
        spawn('pebble', ['-config', configFile, '-dnsserver', `127.0.0.1:${dns}`], {
          ...{ env, stdio: 'ignore' },
        }),
      );
      while ((await root().catch(() => '')) === '')
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
    stop,
    async close() {
      stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const asked = (where: RequestOptions): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get({ ...where, rejectUnauthorized: false, agent: false }, resolve).on('error', reject);
  });

/** Ports that nobody uses at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
