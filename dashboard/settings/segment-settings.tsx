import { api } from '../api/client.ts';
import { may } from '../state/rights.ts';
import { readSegments } from '../state/site-notes.ts';
import { segmentSettingTexts } from '../texts/texts.ts';
import { KeptList, useKept } from './kept-list.tsx';

/**
 * The segments that who looks may remove: of the site, and of their own. They are made in a report,
 * of its filters.
 */
export function SegmentSettings({ domain }: { domain: string }) {
  const kept = useKept(async () => {
    const all = await api.segments(domain);
    return may('changeSegments', domain) ? all : all.filter(({ own }) => own);
  });
  return (
    <KeptList
      kept={kept}
      empty={segmentSettingTexts.empty}
      name={({ name }) => name}
      words={({ filters, own }) => segmentSettingTexts.filters(filters.length, own === true)}
      remove={async (segment) => {
        await api.removeSegment(domain, segment);
        await readSegments(domain);
      }}
    />
  );
}
