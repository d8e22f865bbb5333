import type { ComponentType } from 'preact';
import type { Action } from '../model/rights.ts';
import { view } from '../state/app-state.ts';
import { may, person } from '../state/rights.ts';
import {
  accountTexts,
  auditTexts,
  keySettingTexts,
  notificationTexts,
  peopleTexts,
} from '../texts/texts.ts';
import { Link } from '../ui/link.tsx';
import { NotYours } from '../ui/not-yours.tsx';
import { AccountSettings } from './account-settings.tsx';
import { AuditSettings } from './audit-settings.tsx';
import { KeySettings } from './key-settings.tsx';
import { OwnNotifications } from './own-notifications.tsx';
import { PeopleSettings } from './people-settings.tsx';

type Section = {
  readonly name: string;
  readonly texts: { readonly section: string; readonly words: string };
  /** Absent: it is for everybody who has an account. */
  readonly needs?: Action;
  readonly Shown: ComponentType;
};

const sections: readonly Section[] = [
  { name: 'people', texts: peopleTexts, needs: 'seePeople', Shown: PeopleSettings },
  { name: 'keys', texts: keySettingTexts, needs: 'seeKeys', Shown: KeySettings },
  { name: 'audit', texts: auditTexts, needs: 'seeAudit', Shown: AuditSettings },
  { name: 'account', texts: accountTexts, Shown: AccountSettings },
  { name: 'notifications', texts: notificationTexts, Shown: OwnNotifications },
];

/** What is not of one site: people, keys, what was done, and one's own account. */
export function OwnSettings() {
  const own = sections.filter(({ needs }) =>
    needs === undefined ? person.value !== undefined : may(needs),
  );
  const { section } = view.value;
  const shown = section === undefined ? own[0] : own.find(({ name }) => name === section);
  if (shown === undefined) return <NotYours />;
  const { name, texts, Shown } = shown;
  return (
    <main class="page settings">
      <h1>{own.length === 1 ? texts.section : peopleTexts.title}</h1>
      <nav class="settings-nav" aria-label={peopleTexts.nav}>
        <ul>
          {own.map((one) => (
            <li key={one.name}>
              <Link
                to={{ page: 'settings', site: undefined, section: one.name }}
                class="tab"
                current={one.name === name}
              >
                {one.texts.section}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <section class="settings-section" aria-labelledby="section-title">
        <h2 id="section-title">{texts.section}</h2>
        <p class="soft">{texts.words}</p>
        <Shown key={name} />
      </section>
    </main>
  );
}
