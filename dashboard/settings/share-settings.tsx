import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { MadeLink } from '../api/types.ts';
import { firstView } from '../model/address.ts';
import { sharedAddress, wordsOfLink } from '../model/share.ts';
import { LinkForm } from '../share/link-form.tsx';
import { LinkMade } from '../share/link-made.tsx';
import { nowMs, publicUrl } from '../state/app-state.ts';
import { KeptList, useKept } from './kept-list.tsx';

/** The shared links of a site: each can be ended. Those of one view are made in its report. */
export function ShareSettings({ domain }: { domain: string }) {
  const kept = useKept(() => api.sharedLinks(domain));
  const [made, setMade] = useState<MadeLink | undefined>();
  const address = (secret: string) =>
    sharedAddress({ origin: publicUrl.value, secret }, firstView, true);
  return (
    <>
      <h3>Links</h3>
      <KeptList
        kept={kept}
        empty="There is no link yet. “Share” in a report makes one to exactly what it shows."
        name={({ name }) => name}
        words={(link) => wordsOfLink(link, nowMs.value)}
        action="End"
        remove={({ id }) => api.endSharedLink(domain, id)}
      />
      {made !== undefined && (
        <LinkMade link={made} domain={domain} address={address(made.secret)} key={made.id} />
      )}
      <section class="adding" aria-labelledby="new-link">
        <h3 id="new-link">A link to the whole report</h3>
        <LinkForm
          domain={domain}
          firstName=""
          onMade={(link) => {
            setMade(link);
            void kept.change(async () => undefined);
          }}
        />
      </section>
    </>
  );
}
