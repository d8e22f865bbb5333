import { api } from '../api/client.ts';
import { readSegments } from '../state/site-notes.ts';
import { segmentSettingTexts } from '../texts/texts.ts';
import { KeptList, useKept } from './kept-list.tsx';

/** The segments of a site. They are made in a report, of its filters. */
export function SegmentSettings({ domain }: { domain: string }) {
  const kept = useKept(() => api.segments(domain));
  return (
    <KeptList
      kept={kept}
      empty={segmentSettingTexts.empty}
      name={({ name }) => name}
      words={({ filters }) => segmentSettingTexts.filters(filters.length)}
      remove={async ({ id }) => {
        await api.removeSegment(domain, id);
        await readSegments(domain);
      }}
    />
  );
}
