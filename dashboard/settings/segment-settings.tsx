import { api } from '../api/client.ts';
import { readSegments } from '../state/site-notes.ts';
import { KeptList, useKept } from './kept-list.tsx';

/** The segments of a site. They are made in a report, of its filters. */
export function SegmentSettings({ domain }: { domain: string }) {
  const kept = useKept(() => api.segments(domain));
  return (
    <KeptList
      kept={kept}
      empty="There is no segment yet. Filter a report, then choose “Keep these filters”."
      name={({ name }) => name}
      words={({ filters }) => (filters.length === 1 ? '1 filter' : `${filters.length} filters`)}
      remove={async ({ id }) => {
        await api.removeSegment(domain, id);
        await readSegments(domain);
      }}
    />
  );
}
