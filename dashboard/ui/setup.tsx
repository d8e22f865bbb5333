import { useEffect, useState } from 'preact/hooks';
import { ApiError, api } from '../api/client.ts';
import type { LoggedDrop } from '../api/types.ts';
import { explainDrop } from '../model/drop-reasons.ts';
import { isLocal, snippets } from '../model/snippets.ts';
import { everySoOften, goToSignIn, publicUrl, signedIn, view } from '../state/app-state.ts';
import { setupTexts } from '../texts/texts.ts';
import { Copy } from './copy.tsx';
import { Link } from './link.tsx';
import { MissingSite } from './missing-site.tsx';

const askEveryMs = 1_500;

/** Shows how to send hits, and whether one has come. */
export function Setup() {
  const domain = view.value.site ?? '';
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (!signedIn.value) goToSignIn();
  }, []);
  if (gone) return <MissingSite />;
  return (
    <main class="page">
      <h1>{setupTexts.title(domain)}</h1>
      <Waiting domain={domain} onGone={() => setGone(true)} />
      {isLocal(publicUrl.value) && !isLocal(`http://${domain}`) && <NotPublic domain={domain} />}
      {snippets(publicUrl.value, domain).map(({ title, words, code }) => (
        <section class="snippet" key={code}>
          {title !== '' && <h2>{title}</h2>}
          <p class="soft">{words}</p>
          <Copy text={code} name={title || words} />
        </section>
      ))}
    </main>
  );
}

/** The address that the snippets name cannot be reached by visitors of the site. */
function NotPublic({ domain }: { domain: string }) {
  return (
    <p class="warning" role="note">
      <strong>{setupTexts.onlyHere(publicUrl.value)}</strong>{' '}
      {setupTexts.publicUrl(domain, <code>{'--public-url https://stats.example.com'}</code>)}
    </p>
  );
}

type Arrival = {
  readonly stored: number;
  /** The last dropped hit of this site, while none is stored. */
  readonly dropped: LoggedDrop | undefined;
  readonly unknown: LoggedDrop | undefined;
};

/** Asks the server until a hit is stored; meanwhile shows a hit that came and was dropped. */
function Waiting({ domain, onGone }: { domain: string; onGone: () => void }) {
  const [arrival, setArrival] = useState<Arrival | undefined>();
  const got = (arrival?.stored ?? 0) > 0;
  useEffect(() => {
    if (got) return;
    const onFailure = (error: unknown) =>
      error instanceof ApiError && error.status === 404 && onGone();
    const since = Date.now() - 10 * 60_000;
    const read = () => void readArrival(domain, since).then(setArrival, onFailure);
    read();
    return everySoOften(read, askEveryMs);
  }, [domain, got]);
  if (got) {
    return (
      <div class="waiting got" role="status">
        <p>
          <strong>{setupTexts.got}</strong> {setupTexts.stored(domain)}
        </p>
        <Link class="button main" to={{ page: 'report', range: 'day' }}>
          {setupTexts.see}
        </Link>
      </div>
    );
  }
  const refused = arrival?.dropped ?? arrival?.unknown;
  return (
    <div class="waiting" role="status">
      <p>{setupTexts.waiting}</p>
      {refused !== undefined && (
        <p>
          <strong>{setupTexts.notCounted(explainDrop(refused.reason).title)}</strong>{' '}
          {explainDrop(refused.reason).words}
          {arrival?.dropped === undefined && refused.domain !== '' && (
            <> {setupTexts.named(<code>{refused.domain}</code>)}</>
          )}
        </p>
      )}
    </div>
  );
}

async function readArrival(domain: string, sinceMs: number): Promise<Arrival> {
  const [days, drops] = await Promise.all([
    api.books(domain),
    api.drops(domain).catch((error: unknown) => {
      if (error instanceof ApiError) return { drops: [], unknown: [] };
      throw error;
    }),
  ]);
  return {
    stored: days.reduce((sum, day) => sum + day.stored, 0),
    dropped: drops.drops.find(({ atMs }) => atMs > sinceMs),
    unknown: drops.unknown.find(({ atMs }) => atMs > sinceMs),
  };
}
