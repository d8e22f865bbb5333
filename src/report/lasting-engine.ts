import { DatabaseEnded } from '../lib/errors.ts';
import type { Engine } from './engine.ts';

type Life = { readonly engine: Engine; asking: number; ended: boolean };

/**
 * An engine that is opened again when its database has ended itself: after one such error, that
 * instance answers no statement any more. The question is then asked once more, of the new one.
 */
export async function openLastingEngine(open: () => Promise<Engine>): Promise<Engine> {
  const begin = async (): Promise<Life> => ({ engine: await open(), asking: 0, ended: false });
  let present: Promise<Life> | undefined = begin();
  await present;

  function end(life: Life, of: Promise<Life>, cause: DatabaseEnded): void {
    if (life.ended) return;
    life.ended = true;
    if (present === of) present = undefined;
    process.emitWarning(
      `the database of reports has ended itself and is opened again: ${cause.reason}`,
    );
  }

  async function ask<T>(question: (engine: Engine) => Promise<T>, isFirst = true): Promise<T> {
    present ??= begin();
    const asked = present;
    const life = await asked.catch((error: unknown) => {
      if (present === asked) present = undefined;
      throw error;
    });
    life.asking++;
    try {
      return await question(life.engine);
    } catch (error) {
      if (!(error instanceof DatabaseEnded)) throw error;
      end(life, asked, error);
      if (!isFirst) throw error;
    } finally {
      // Questions asked at the same moment end first.
      if (--life.asking === 0 && life.ended) life.engine.close();
    }
    return ask(question, false);
  }

  return {
    query: (site, body, asking) => ask((engine) => engine.query(site, body, asking)),
    batch: (site, bodies, asking) => ask((engine) => engine.batch(site, bodies, asking)),
    sums: (site, bodies, asking) => ask((engine) => engine.sums(site, bodies, asking)),
    realtime: (site, asking) => ask((engine) => engine.realtime(site, asking)),
    look: (site, name, asked, asking) => ask((engine) => engine.look(site, name, asked, asking)),
    hits: (site, query, asking) => ask((engine) => engine.hits(site, query, asking)),
    hitsAmong: (site, day, ids) => ask((engine) => engine.hitsAmong(site, day, ids)),
    close: () => void present?.then(({ engine }) => engine.close()).catch(() => {}),
  };
}
