import { useEffect, useState } from 'preact/hooks';
import { type ApiError, api } from '../api/client.ts';
import type { Settings as Values } from '../api/types.ts';
import { go, goToSignIn, readSites, signedIn, view } from '../state/app-state.ts';
import { may } from '../state/rights.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Link } from '../ui/link.tsx';
import { MissingSite } from '../ui/missing-site.tsx';
import { AnnotationSettings } from './annotation-settings.tsx';
import { EraseSettings } from './erase-settings.tsx';
import { ExportSettings } from './export-settings.tsx';
import { type Section, sections } from './fields.ts';
import { GoalSettings } from './goal-settings.tsx';
import { NotificationSettings } from './notification-settings.tsx';
import { OwnVisits } from './own-visits.tsx';
import { PrivacySettings } from './privacy-settings.tsx';
import { SegmentSettings } from './segment-settings.tsx';
import { SettingInput } from './setting-fields.tsx';
import { ShareSettings } from './share-settings.tsx';
import { TrackerSettings } from './tracker-settings.tsx';

/** A site's settings, section by section. */
export function Settings() {
  const domain = view.value.site ?? '';
  const own = sections.filter(({ needs }) => may(needs, domain));
  const section = own.find(({ name }) => name === view.value.section) ?? own[0];
  useEffect(() => {
    if (!signedIn.value) goToSignIn();
  }, []);
  if (section === undefined) return signedIn.value ? <MissingSite /> : null;
  return (
    <main class="page settings">
      <h1>{settingsTexts.title(domain)}</h1>
      <nav class="settings-nav" aria-label={settingsTexts.nav}>
        <ul>
          {own.map(({ name, title }) => (
            <li key={name}>
              <Link
                to={{ page: 'settings', section: name }}
                class="tab"
                current={name === section.name}
              >
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <section class="settings-section" aria-labelledby="section-title">
        <h2 id="section-title">{section.title}</h2>
        <p class="soft">{section.words}</p>
        {section.fields !== undefined && (
          <SettingsForm key={`${domain} ${section.name}`} domain={domain} section={section} />
        )}
        {section.name === 'tracker' && <TrackerSettings domain={domain} />}
        {section.name === 'goals' && <GoalSettings key={domain} domain={domain} />}
        {section.name === 'segments' && <SegmentSettings key={domain} domain={domain} />}
        {section.name === 'share' && <ShareSettings key={domain} domain={domain} />}
        {section.name === 'privacy' && <PrivacySettings key={domain} domain={domain} />}
        {section.name === 'annotations' && <AnnotationSettings key={domain} domain={domain} />}
        {section.name === 'notifications' && <NotificationSettings key={domain} domain={domain} />}
        {section.name === 'counted' && <OwnVisits domain={domain} />}
        {section.name === 'export' && <ExportSettings domain={domain} />}
        {section.name === 'erase' && <EraseSettings key={domain} domain={domain} />}
      </section>
    </main>
  );
}

/** The settings of one section; what has changed is sent together. */
function SettingsForm({ domain, section }: { domain: string; section: Section }) {
  const [known, setKnown] = useState<Values | undefined>();
  const [changed, setChanged] = useState<Values>({});
  const [problem, setProblem] = useState<ApiError | undefined>();
  const [saved, setSaved] = useState('');
  useEffect(() => {
    api.settings(domain).then(setKnown, setProblem);
  }, []);
  if (problem?.status === 404) return <MissingSite />;
  if (known === undefined) return <p class="soft">{problem?.message ?? ''}</p>;
  const fields = section.fields?.(String(known['timezone'])) ?? [];
  const save = async (event: Event) => {
    event.preventDefault();
    setSaved('');
    try {
      const after = await api.changeSettings(domain, changed);
      setKnown(after);
      setChanged({});
      setProblem(undefined);
      setSaved(savedWords(after));
      await readSites().catch(() => undefined); // Else the old list stays.
      if (after['domain'] !== domain) go({ site: String(after['domain']) }, true);
    } catch (error) {
      setProblem(error as ApiError);
    }
  };
  const isOfField = fields.some(({ name }) => name === problem?.field);
  return (
    <form class="form" onSubmit={(event) => void save(event)}>
      {fields.map((field) => (
        <SettingInput
          key={field.name}
          field={field}
          value={changed[field.name] ?? known[field.name]}
          problem={problem?.field === field.name ? problem.message : undefined}
          onChange={(value) => {
            setChanged({ ...changed, [field.name]: value });
            setSaved('');
          }}
        />
      ))}
      <p class="bad" role="alert">
        {!isOfField && problem?.message}
      </p>
      <div class="beside">
        <button type="submit" class="button main" disabled={Object.keys(changed).length === 0}>
          {settingsTexts.save}
        </button>
        <span role="status">{saved}</span>
      </div>
    </form>
  );
}

/** A shorter time to keep hits removes some at once. */
function savedWords({ pruned }: Readonly<Record<string, unknown>>): string {
  const { days } = (pruned ?? {}) as { readonly days?: number };
  return days === undefined ? settingsTexts.saved : settingsTexts.savedPruned(days);
}
