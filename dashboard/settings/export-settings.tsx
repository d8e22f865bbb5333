import { base } from '../api/base.ts';
import { exportTexts } from '../texts/texts.ts';

const formats = [
  ['csv', 'CSV'],
  ['parquet', 'Parquet'],
  ['ndjson', 'NDJSON'],
] as const;

/** All rows of a site, as files. */
export function ExportSettings({ domain }: { domain: string }) {
  return (
    <>
      <ul class="kept">
        {formats.map(([format, name]) => (
          <li key={format}>
            <span>
              <strong>{name}</strong> <span class="soft">{exportTexts[format]}</span>
            </span>
            <a
              class="button"
              href={`${base}/api/hits?site=${encodeURIComponent(domain)}&format=${format}`}
              download={`${domain}.${format}`}
            >
              {exportTexts.save}
            </a>
          </li>
        ))}
      </ul>
      <p class="soft">
        {exportTexts.onServer(
          <code>{`daybook export --site ${domain}`}</code>,
          <code>{'daybook import export'}</code>,
        )}
      </p>
    </>
  );
}
