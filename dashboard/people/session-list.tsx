import { peopleApi, type Session } from '../api/people.ts';
import { showMoment } from '../model/dates.ts';
import { KeptList, useKept } from '../settings/kept-list.tsx';
import { browserZone, signOut } from '../state/app-state.ts';
import { accountTexts } from '../texts/texts.ts';

/** Where one is signed in; each session can be ended, on every server at once. */
export function SessionList() {
  const kept = useKept(peopleApi.sessions);
  return (
    <section class="adding" aria-labelledby="own-sessions">
      <h3 id="own-sessions">{accountTexts.sessions}</h3>
      <KeptList
        kept={kept}
        empty=""
        name={clientOf}
        words={wordsOf}
        action={accountTexts.end}
        remove={({ id, is_this_one }) => (is_this_one ? signOut() : peopleApi.endSession(id))}
      />
    </section>
  );
}

const clientOf = ({ client }: Session) => client ?? accountTexts.unknownClient;

function wordsOf({ is_this_one, began, seen }: Session): string {
  const at = (time: string) => showMoment(Date.parse(time), browserZone());
  return [
    ...(is_this_one ? [accountTexts.thisOne] : []),
    ...(began === null ? [] : [accountTexts.began(at(began))]),
    ...(seen === null ? [] : [accountTexts.seen(at(seen))]),
  ].join(' · ');
}
