import { useEffect, useState } from 'preact/hooks';
import { base } from '../api/base.ts';
import { api } from '../api/client.ts';
import { showCount } from '../model/numbers.ts';
import { privacyTexts } from '../texts/texts.ts';
import { DataRequest } from './data-request.tsx';

const formats = ['markdown', 'text', 'fragment'] as const;

const named = {
  markdown: privacyTexts.markdown,
  text: privacyTexts.text,
  fragment: privacyTexts.html,
};

/** What a site says to its visitors, and to one who asks. */
export function PrivacySettings({ domain }: { domain: string }) {
  const path = `${base}/privacy/${encodeURIComponent(domain)}`;
  return (
    <>
      <section aria-labelledby="privacy-page">
        <h3 id="privacy-page">{privacyTexts.page}</h3>
        <p>{privacyTexts.pageWords(<a href={path}>{path}</a>)}</p>
        <div class="beside">
          {formats.map((format) => (
            <a
              key={format}
              class="button"
              href={`${path}?format=${format}`}
              download={`privacy.${{ markdown: 'md', text: 'txt', fragment: 'html' }[format]}`}
            >
              {named[format]}
            </a>
          ))}
        </div>
        <OptedOut domain={domain} />
      </section>
      <DataRequest domain={domain} />
    </>
  );
}

/** How many hits the site's respect for GPC and DNT has left out. */
function OptedOut({ domain }: { domain: string }) {
  const [count, setCount] = useState<number | undefined>();
  useEffect(() => {
    api.books(domain).then(
      (days) =>
        setCount(days.slice(-7).reduce((sum, { dropped }) => sum + (dropped['opted-out'] ?? 0), 0)),
      () => undefined, // It is said beside more important things.
    );
  }, []);
  return count === undefined ? null : (
    <p class="soft">{privacyTexts.optedOut(count, showCount(count))}</p>
  );
}
