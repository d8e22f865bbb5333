import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importClassic } from '../../src/collect/classic/import-classic.ts';
import { openImporting } from '../../src/entry/cli/import-world.ts';
import { openHome } from '../../src/entry/home.ts';
import { openRandom } from '../../src/entry/random.ts';
import { openWorldSites } from '../../src/entry/world.ts';
import { presentSchema } from '../../src/model/fields.ts';
import { chrome } from '../support/real-app.ts';
import { cli, lastLine } from '../support/real-process.ts';
import { site } from './inputs.ts';
import type { HostileServer } from './server.ts';
import { allTexts } from './texts.ts';

/** The day before the present one, in UTC. */
const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/** What each import brings: how many of the texts, in the fields that it has. */
export const imports: Readonly<Record<string, (server: HostileServer) => Promise<number>>> = {
  'log: target, referrer, agent': importLog,
  'classic table: every field': importTable,
  'export: every column': importExport,
};

async function taken(args: readonly string[]): Promise<number> {
  const { code, stdout, stderr } = await cli(args);
  if (code !== 0) throw new Error(stderr);
  return Number(lastLine(stdout));
}

/** Lines as servers write them: as they came (in bytes), and escaped. */
async function importLog({ data, folder }: HostileServer): Promise<number> {
  const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
  const [year, month, day] = yesterday().split('-') as [string, string, string];
  const time = `${day}/${months[Number(month) - 1]}/${year}:00:10:00 +0000`;
  const line = (nth: number, text: string) =>
    `203.0.113.${nth % 250} - - [${time}] "GET /${text}?utm_source=${text} HTTP/1.1" 200 ` +
    `${nth} "https://evil.test/${text}" "${nth % 2 === 0 ? chrome : `${text}bot/1.0`}"\n`;
  const escaped = (text: string) =>
    text.replace(/[\0-\x1f"\\\x7f-\uffff]/g, (char) =>
      [...Buffer.from(char)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  const lines = allTexts.flatMap((text, i) => [line(i, text), line(i, escaped(text))]);
  const file = join(folder, 'access.log');
  await writeFile(file, lines.join(''));
  return taken(['import', 'log', file, '--site', site, '--data', data]);
}

async function importTable({ data }: HostileServer): Promise<number> {
  const home = await openHome(data, Date.now, {});
  const importing = await openImporting(home);
  const timeMs = Date.parse(`${yesterday()}T00:20:00Z`);
  const rows = allTexts.map((text, i) => ({
    pagePath: `/${text}`,
    timestamp: String(timeMs / 1_000 + i),
    more: { platform: text, language: text, title: text, referrer: text, [text]: { [text]: text } },
  }));
  const pages = [{ rows, resume: undefined }];
  try {
    const found = await openWorldSites(home, Date.now, openRandom()).find(site);
    const { taken } = await importClassic({ ...importing.world, random: openRandom() }, found!, {
      name: 'hostile',
      async *pagesFrom() {
        yield* pages;
      },
    });
    return taken;
  } finally {
    importing.close();
    await home.close();
  }
}

/** An export whose every text was written by somebody else. */
async function importExport({ data, folder }: HostileServer): Promise<number> {
  const day = yesterday();
  const out = join(folder, 'export');
  const texts = allTexts.filter((text) => text.length < 10_000 && !/[\p{Cs}\0]/u.test(text));
  const lines = texts.map((text, i) => {
    const columns = [
      ...['channel', 'referrer', 'source', 'utm_source', 'utm_medium', 'utm_campaign'],
      ...['utm_content', 'utm_term', 'browser', 'browser_version', 'os', 'os_version', 'device'],
      ...['country', 'region', 'city', 'language', 'screen', 'page_title', 'hostname'],
    ];
    const hex = (number: number) => number.toString(16).padStart(16, '0');
    return JSON.stringify({
      ...{ time: `${day}T00:30:00.000Z`, id: hex(i + 1), visitor: hex(i + 1), day },
      ...{ name: i % 3 === 0 ? text : 'pageview', page: text, interactive: true, delay_ms: 0 },
      ...Object.fromEntries(columns.map((column) => [column, text])),
      ...{ props: { [text]: text, plan: text }, sent: JSON.stringify({ [text]: text }) },
      ...(i % 2 === 0 && { currency: text, amount: 1 }),
    });
  });
  const content = lines.map((one) => `${one}\n`).join('');
  const file = `hits/${day}.ndjson`;
  const bytes = Buffer.byteLength(content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const zones = [{ fromDay: '2026-01-01', fromMs: Date.parse('2026-01-01'), zone: 'UTC' }];
  const described = {
    ...{ daybook: 'export', schema: presentSchema, format: 'ndjson', madeAt: 'x' },
    site: { domain: site, zones, createdMs: 0, settings: {}, goals: [] },
    days: [{ day, hits: lines.length, file, bytes, sha256 }],
  };
  await mkdir(join(out, 'hits'), { recursive: true });
  await writeFile(join(out, file), content);
  await writeFile(join(out, 'export.json'), JSON.stringify(described));
  return taken(['import', 'export', out, '--site', imported, '--data', data]);
}

/** The site of what was exported elsewhere. */
export const imported = 'imported.test';
