import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { MadeLink, SharedLink } from '../api/types.ts';
import { firstView } from '../model/address.ts';
import { sharedAddress, wordsOfLink } from '../model/share.ts';
import { LinkForm } from '../share/link-form.tsx';
import { LinkMade } from '../share/link-made.tsx';
import { moment, publicUrl } from '../state/app-state.ts';
import { shareSettingTexts } from '../texts/texts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { KeptList, useKept } from './kept-list.tsx';

/** The shared links of a site: each can be changed and ended. */
export function ShareSettings({ domain }: { domain: string }) {
  const kept = useKept(() => api.sharedLinks(domain));
  const [made, setMade] = useState<MadeLink | undefined>();
  const [changing, setChanging] = useState<SharedLink | undefined>();
  const readAgain = () => kept.change(async () => undefined);
  const address = (secret: string) =>
    sharedAddress({ origin: publicUrl.value, secret }, firstView, true);
  return (
    <>
      <h3>{shareSettingTexts.links}</h3>
      <KeptList
        kept={kept}
        empty={shareSettingTexts.empty}
        name={({ name }) => name}
        words={(link) => (
          <>
            {wordsOfLink(link, moment.value)}{' '}
            <button
              type="button"
              class="plain soft"
              aria-label={shareSettingTexts.changeOf(link.name)}
              onClick={() => setChanging(link)}
            >
              {shareSettingTexts.change}
            </button>
          </>
        )}
        action={shareSettingTexts.end}
        remove={({ id }) => api.endSharedLink(domain, id)}
      />
      {changing !== undefined && (
        <Dialog
          title={shareSettingTexts.changeOf(changing.name)}
          onClose={() => setChanging(undefined)}
        >
          <LinkForm
            link={changing}
            onSave={async (changed) => {
              await api.changeSharedLink(domain, changing.id, changed);
              setChanging(undefined);
              await readAgain();
            }}
          />
        </Dialog>
      )}
      {made !== undefined && (
        <LinkMade link={made} domain={domain} address={address(made.secret)} key={made.id} />
      )}
      <section class="adding" aria-labelledby="new-link">
        <h3 id="new-link">{shareSettingTexts.whole}</h3>
        <LinkForm
          onSave={async (fields) => {
            setMade(await api.addSharedLink(domain, fields));
            await readAgain();
          }}
        />
      </section>
    </>
  );
}
