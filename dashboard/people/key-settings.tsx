import { type Key, peopleApi } from '../api/people.ts';
import { showMoment } from '../model/dates.ts';
import { useKept } from '../settings/kept-list.tsx';
import { browserZone } from '../state/app-state.ts';
import { keySettingTexts } from '../texts/texts.ts';
import { Confirm } from './confirm.tsx';
import { KeyForm } from './key-form.tsx';

/** Keys for programs: when each was used last, and its end. */
export function KeySettings() {
  const kept = useKept(peopleApi.keys);
  return (
    <>
      <p class="bad" role="alert">
        {kept.problem?.message}
      </p>
      {kept.items?.length === 0 && <p class="soft">{keySettingTexts.empty}</p>}
      <ul class="kept">
        {kept.items?.map((key) => (
          <li key={key.id}>
            <span>
              <strong>{key.name}</strong> <span class="soft">{wordsOf(key)}</span>
            </span>
            <Confirm
              action={keySettingTexts.end}
              name={keySettingTexts.endOf(key.name)}
              words={keySettingTexts.sureToEnd}
              onYes={() => void kept.change(() => peopleApi.endKey(key.id))}
            />
          </li>
        ))}
      </ul>
      <KeyForm onMade={() => void kept.change(async () => undefined)} />
    </>
  );
}

function wordsOf({ scope, site, expires, last_used }: Key): string {
  const texts = keySettingTexts;
  const at = (time: string) => showMoment(Date.parse(time), browserZone());
  const hasEnded = expires !== null && Date.parse(expires) <= Date.now();
  return [
    texts.scopes[scope][0],
    site === undefined ? texts.everywhere : site === null ? texts.goneSite : texts.forSite(site),
    last_used === null ? texts.neverUsed : texts.used(at(last_used)),
    ...(expires === null ? [] : [hasEnded ? texts.ended(at(expires)) : texts.ends(at(expires))]),
  ].join(' · ');
}
