import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { presentZones } from '../model/zones.ts';
import { browserZone, go, readSites, sites, view } from '../state/app-state.ts';
import { addSiteTexts, shellTexts } from '../texts/texts.ts';

/** A form for a new site's domain and time zone. */
export function AddSite() {
  const [domain, setDomain] = useState(view.peek().site ?? '');
  const [zone, setZone] = useState(browserZone);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const first = sites.value.length === 0;

  async function add(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      const site = await api.addSite({ domain, timezone: zone });
      await readSites();
      go({ page: 'setup', site: site.domain });
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  }

  return (
    <main class="page">
      <h1>{first ? addSiteTexts.first : shellTexts.addSite}</h1>
      {first && <p class="soft">{addSiteTexts.isRunning}</p>}
      <form class="form" onSubmit={(event) => void add(event)}>
        <div class="field">
          <label for="domain">{addSiteTexts.domain}</label>
          <input
            ref={field}
            class="input"
            id="domain"
            required
            maxLength={253}
            placeholder={addSiteTexts.example}
            autocapitalize="off"
            autocomplete="off"
            spellcheck={false}
            aria-describedby="domain-hint problem"
            aria-invalid={problem !== ''}
            value={domain}
            onInput={(event) => setDomain(event.currentTarget.value)}
          />
          <small id="domain-hint">{addSiteTexts.domainHelp}</small>
        </div>
        <div class="field">
          <label for="zone">{addSiteTexts.zone}</label>
          <select
            class="input"
            id="zone"
            aria-describedby="zone-hint"
            value={zone}
            onChange={(event) => setZone(event.currentTarget.value)}
          >
            {presentZones(zone).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <small id="zone-hint">{addSiteTexts.zoneHelp}</small>
        </div>
        <p id="problem" class="bad" role="alert">
          {problem}
        </p>
        <button type="submit" class="button main" disabled={busy}>
          {addSiteTexts.add(domain.trim())}
        </button>
      </form>
    </main>
  );
}
