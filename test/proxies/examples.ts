import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The examples of deploy/proxies as they are. Only addresses, ports, folders and the certificate
 * differ; and each proxy may compress, too, as many people have it.
 */
const folder = fileURLToPath(new URL('../../deploy/proxies/', import.meta.url));
const example = (file: string) => readFileSync(join(folder, file), 'utf8');

export type Place = {
  /** A folder for what it writes; it has `cert.pem` and `key.pem`. */
  readonly work: string;
  /** Host and port of Daybook. */
  readonly upstream: string;
  readonly port: number;
  readonly plainPort: number;
  readonly compresses: boolean;
  /** Of a server with other pages of the host, where the proxy itself serves no files. */
  readonly pages?: string;
};

export type Example = {
  readonly name: string;
  /** Writes the configuration; gives the command. At the root of a host, or below a path. */
  readonly command: (where: 'root' | 'path', place: Place) => readonly string[];
};

/** A certificate of nobody's for the hosts of the examples. */
export function makeCertificate(work: string): void {
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const named = ['-nodes', '-days', '2', '-subj', '/CN=stats.example.com'];
  const files = ['-keyout', join(work, 'key.pem'), '-out', join(work, 'cert.pem')];
  execFileSync('openssl', [...made, ...named, ...files], { stdio: 'ignore' });
}

function write(work: string, name: string, text: string): string {
  writeFileSync(join(work, name), text);
  return join(work, name);
}

export const examples: readonly Example[] = [
  {
    name: 'Caddy',
    command(where, { work, upstream, port, plainPort, compresses }) {
      const ports = `http_port ${plainPort}\n https_port ${port}`;
      const site = example(where === 'root' ? 'Caddyfile' : 'Caddyfile.path')
        .replace('127.0.0.1:7070', upstream)
        .replace('/var/www/example.com', join(work, 'www'))
        .replace(
          /^\S+ {$/m,
          `$&\n tls ${work}/cert.pem ${work}/key.pem\n ${compresses ? 'encode gzip' : ''}`,
        );
      const file = write(work, 'Caddyfile', `{\n admin off\n ${ports}\n}\n${site}`);
      return ['caddy', 'run', '--adapter', 'caddyfile', '--config', file];
    },
  },
  {
    name: 'nginx',
    command(where, { work, upstream, port, plainPort, compresses }) {
      const site = example(where === 'root' ? 'nginx.conf' : 'nginx-path.conf')
        .replace('127.0.0.1:7070', upstream)
        .replace('/var/www/example.com', join(work, 'www'))
        .replaceAll(/listen \[::].*\n/g, '')
        .replace('listen 80;', `listen 127.0.0.1:${plainPort};`)
        .replace(/^ *listen 443 /m, `listen 127.0.0.1:${port} `)
        .replace(/ssl_certificate .*;/, `ssl_certificate ${work}/cert.pem;`)
        .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${work}/key.pem;`);
      const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${work}/nginx-${name};`)
        .join('\n');
      const types = 'application/json application/javascript text/javascript text/css';
      const file = write(
        work,
        'nginx.conf',
        `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; pid ${work}/nginx.pid;\n` +
          'error_log stderr warn;\nevents {}\nhttp {\naccess_log off;\n' +
          'types { text/html html; }\n' +
          `gzip ${compresses ? 'on' : 'off'}; gzip_proxied any; gzip_types ${types};\n` +
          `${own}\n${site}\n}\n`,
      );
      return ['/usr/sbin/nginx', '-c', file, '-p', work, '-e', 'stderr'];
    },
  },
  {
    name: 'Traefik',
    command(where, { work, upstream, port, plainPort, compresses, pages }) {
      const rule = '\n    zip:\n      compress: {}\n';
      const others =
        pages === undefined
          ? ''
          : '\n    others:\n      rule: Host(`example.com`)\n      service: others\n      tls: {}\n';
      const dynamic = example(where === 'root' ? 'traefik-root.yaml' : 'traefik-path.yaml')
        .replace('http://127.0.0.1:7070', `http://${upstream}`)
        .replace(
          /tls:\n +certResolver: letsencrypt/,
          `tls: {}\n      middlewares: [${compresses ? 'zip' : ''}]`,
        )
        .replace('  services:', `${others}  middlewares:${rule}  services:`)
        .concat(
          pages === undefined
            ? ''
            : `    others:\n      loadBalancer:\n        servers:\n          - url: ${pages}\n`,
          `tls:\n  stores:\n    default:\n      defaultCertificate:\n`,
          `        certFile: ${work}/cert.pem\n        keyFile: ${work}/key.pem\n`,
        );
      const fixed = example('traefik.yaml')
        .replace('":80"', `"127.0.0.1:${plainPort}"`)
        .replace('":443"', `"127.0.0.1:${port}"`)
        .replace(/certificatesResolvers:[\s\S]*(?=^providers:)/m, '')
        .replace('/etc/traefik/daybook.yaml', write(work, 'traefik-dynamic.yaml', dynamic))
        // It would ask elsewhere.
        .concat('global:\n  checkNewVersion: false\n  sendAnonymousUsage: false\n');
      const program = process.env['DAYBOOK_TEST_TRAEFIK'] ?? 'traefik';
      return [program, `--configFile=${write(work, 'traefik.yaml', fixed)}`];
    },
  },
];

export type RunningProxy = {
  /** All that it has said until now. */
  said(): string;
  end(): Promise<void>;
};

/** Each has a folder of its own below `work`. */
export function startProxy(
  { name, command }: Example,
  where: 'root' | 'path',
  { work, ...place }: Place,
): RunningProxy {
  const own = join(work, `${name}-${where}`);
  mkdirSync(own);
  for (const file of ['cert.pem', 'key.pem'])
    write(own, file, readFileSync(join(work, file), 'utf8'));
  mkdirSync(join(own, 'www'));
  write(own, 'www/shop.html', shopPage('/stats'));
  const [program, ...args] = command(where, { ...place, work: own });
  const proxy = spawn(program!, args, {
    env: { ...process.env, HOME: own, XDG_DATA_HOME: own, XDG_CONFIG_HOME: own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [proxy.stdout, proxy.stderr])
    stream.on('data', (chunk) => (said += String(chunk)));
  proxy.on('error', (error) => (said += String(error)));
  return {
    said: () => said,
    async end() {
      const ended = once(proxy, 'exit');
      if (proxy.kill('SIGTERM')) await ended;
    },
  };
}

/** A page of the site that is counted, with the tracker of the Daybook at `daybook`. */
export const shopPage = (daybook: string) =>
  '<!doctype html><title>Shop</title><script defer data-automated data-domain="example.com" ' +
  `src="${daybook}/js/daybook.v1.js"></script>`;
