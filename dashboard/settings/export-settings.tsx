const formats = [
  ['csv', 'CSV', 'for spreadsheets'],
  ['parquet', 'Parquet', 'for DuckDB, pandas and the like'],
  ['ndjson', 'NDJSON', 'a JSON object a line, for programs'],
] as const;

/** All rows of a site, as files. */
export function ExportSettings({ domain }: { domain: string }) {
  return (
    <>
      <ul class="kept">
        {formats.map(([format, name, words]) => (
          <li key={format}>
            <span>
              <strong>{name}</strong> <span class="soft">{words}</span>
            </span>
            <a
              class="button"
              href={`/api/hits?site=${encodeURIComponent(domain)}&format=${format}`}
              download={`${domain}.${format}`}
            >
              Save
            </a>
          </li>
        ))}
      </ul>
      <p class="soft">
        On the server, <code>daybook export --site {domain}</code> writes Parquet, a file a day.
        With <code>daybook import export</code> they come back, here or elsewhere.
      </p>
    </>
  );
}
