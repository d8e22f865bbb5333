import { useState } from 'preact/hooks';
import { type Invitation, type Person, peopleApi } from '../api/people.ts';
import { showMoment } from '../model/dates.ts';
import { KeptList, useKept } from '../settings/kept-list.tsx';
import { browserZone } from '../state/app-state.ts';
import { person as oneself } from '../state/rights.ts';
import { peopleTexts } from '../texts/texts.ts';
import { InviteForm } from './invite-form.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { wordsOfRights } from './role-words.ts';

/** Who may sign in, who is invited, and what each may. */
export function PeopleSettings() {
  const people = useKept(peopleApi.people);
  const invitations = useKept(peopleApi.invitations);
  const [changing, setChanging] = useState<string | undefined>();
  const changed = people.items?.find(({ id }) => id === changing);
  const readAgain = () => people.change(async () => undefined);
  const readInvitations = () => invitations.change(async () => undefined);
  return (
    <>
      <p class="bad" role="alert">
        {people.problem?.message}
      </p>
      {people.items?.length === 0 && <p class="soft">{peopleTexts.empty}</p>}
      <ul class="kept">
        {people.items?.map((one) => (
          <li key={one.id}>
            <span>
              <strong>{one.name}</strong> <span class="soft">{wordsOf(one)}</span>
            </span>
            <button
              type="button"
              class="plain soft"
              aria-label={peopleTexts.changeOf(one.name)}
              onClick={() => setChanging(one.id)}
            >
              {peopleTexts.change}
            </button>
          </li>
        ))}
      </ul>
      {changed !== undefined && (
        <PersonDialog
          person={changed}
          onChange={readAgain}
          onClose={() => {
            setChanging(undefined);
            void readInvitations();
          }}
        />
      )}
      <InviteForm onMade={() => void readInvitations()} />
      <h3>{peopleTexts.open}</h3>
      <KeptList
        kept={invitations}
        empty={peopleTexts.noneOpen}
        name={({ kind }) => peopleTexts.kinds[kind]}
        words={wordsOfInvitation}
        action={peopleTexts.takeBack}
        remove={({ id }) => peopleApi.endInvitation(id)}
      />
    </>
  );
}

function wordsOf({ id, email, rights, ...has }: Person): string {
  const { ways } = peopleTexts;
  return [
    ...(id === oneself.value?.id ? [peopleTexts.you] : []),
    ...[email, wordsOfRights(rights)],
    ...(has.password ? [ways.password] : []),
    ...(has.totp ? [ways.totp] : []),
    ...(has.passkeys > 0 ? [ways.passkeys(has.passkeys)] : []),
    ...(has.open_id ? [ways.openId] : []),
  ].join(' · ');
}

function wordsOfInvitation({ kind, email, rights, expires }: Invitation): string {
  return [
    ...(email === null ? [] : [peopleTexts.forEmail(email)]),
    ...(kind === 'reset' ? [] : [wordsOfRights(rights)]),
    peopleTexts.until(showMoment(Date.parse(expires), browserZone())),
  ].join(' · ');
}
