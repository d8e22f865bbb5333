import { useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { type Person, peopleApi, type RoleGiven } from '../api/people.ts';
import { may } from '../state/rights.ts';
import { peopleTexts } from '../texts/texts.ts';
import { Copy } from '../ui/copy.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Confirm } from './confirm.tsx';
import { placesToGive, RoleFields } from './role-fields.tsx';

type Props = {
  readonly person: Person;
  readonly onChange: () => Promise<unknown>;
  readonly onClose: () => void;
};

/** What somebody may do; a link for a new password; and their end here. */
export function PersonDialog({ person, onChange, onClose }: Props) {
  const { id, name, rights } = person;
  const before = (site: string | undefined) =>
    (site === undefined ? rights.all : rights.sites[site]) ?? null;
  const [first] = placesToGive();
  const [given, setGiven] = useState<RoleGiven>({
    role: before(first),
    ...(first !== undefined && { site: first }),
  });
  const [link, setLink] = useState<string | undefined>();
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<ApiError | undefined>();
  const trying = async (work: () => Promise<unknown>) => {
    setSaid('');
    try {
      await work();
      setProblem(undefined);
    } catch (error) {
      setProblem(error as ApiError);
    }
  };
  const give = async () => {
    await peopleApi.setRole(id, given);
    await onChange();
    setSaid(peopleTexts.given);
  };
  const remove = async () => {
    await peopleApi.removePerson(id);
    onClose();
    await onChange();
  };
  return (
    <Dialog title={peopleTexts.changeOf(name)} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void trying(give);
        }}
      >
        <RoleFields given={given} onChange={setGiven} before={before} />
        <p class="bad" role="alert">
          {problem?.message}
        </p>
        <div class="beside">
          <button type="submit" class="button main">
            {peopleTexts.give}
          </button>
          <span role="status">{said}</span>
        </div>
      </form>
      {may('resetPeople') && (
        <div class="made">
          <button
            type="button"
            class="button"
            onClick={() => void trying(async () => setLink((await peopleApi.resetLink(id)).url))}
          >
            {peopleTexts.reset}
          </button>
          {link !== undefined && (
            <>
              <p role="status">{peopleTexts.resetMade}</p>
              <Copy text={link} name={peopleTexts.resetLink} />
            </>
          )}
        </div>
      )}
      {may('removePeople') && (
        <Confirm
          action={peopleTexts.remove}
          name={peopleTexts.removeReally(name)}
          words={peopleTexts.sureToRemove(name)}
          onYes={() => void trying(remove)}
        />
      )}
    </Dialog>
  );
}
