import { useEffect, useRef, useState } from 'preact/hooks';
import { base } from '../api/base.ts';
import { saveFile } from '../model/csv.ts';
import { everySite } from '../model/every-site.ts';
import { fileName } from '../model/file-names.ts';
import { showCount } from '../model/numbers.ts';
import { type RowsFormat, rowsAddress } from '../model/rows.ts';
import { closeOverlay, hasCities, moment, plan, readsRows, view } from '../state/app-state.ts';
import { downloadTexts } from '../texts/texts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { mostTableRows, viewZip } from './view-zip.ts';

const formats: readonly { readonly name: RowsFormat; readonly label: string }[] = [
  { name: 'csv', label: 'CSV' },
  { name: 'ndjson', label: 'NDJSON' },
  { name: 'parquet', label: 'Parquet' },
];

/** What is shown, as files: all tables, and for the owner the rows that they were counted from. */
export function DownloadDialog() {
  const { site } = view.value;
  return (
    <Dialog title={downloadTexts.title} onClose={closeOverlay}>
      <section class="download" aria-labelledby="download-tables">
        <h3 id="download-tables">{downloadTexts.tables}</h3>
        <p class="soft">{downloadTexts.ofTables(showCount(mostTableRows))}</p>
        <ZipButton />
      </section>
      {readsRows.value && site !== everySite && (
        <section class="download" aria-labelledby="download-rows">
          <h3 id="download-rows">{downloadTexts.rows}</h3>
          <p class="soft">
            {downloadTexts.ofRows}{' '}
            {view.value.filters.length > 0 ? downloadTexts.filtered : downloadTexts.unfiltered}
          </p>
          <div class="beside">
            {formats.map(({ name, label }) => (
              <a
                key={name}
                class="button"
                href={base + rowsAddress(view.value, moment.value, name)}
                download={fileName(view.value, moment.value, downloadTexts.hits, name)}
              >
                {label}
              </a>
            ))}
          </div>
        </section>
      )}
    </Dialog>
  );
}

function ZipButton() {
  const [words, setWords] = useState('');
  const stop = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const download = async () => {
    stop.current?.abort();
    stop.current = new AbortController();
    const { signal } = stop.current;
    setWords(downloadTexts.asking);
    try {
      const zip = await viewZip({
        ...{ view: view.peek(), moment: moment.peek(), plan: plan.peek(), signal },
        hasCities: hasCities.peek(),
        onProgress: (done, all) => setWords(downloadTexts.progress(done, all)),
      });
      saveFile(fileName(view.peek(), moment.peek(), '', 'zip'), 'application/zip', zip);
      setWords(downloadTexts.made);
    } catch (error) {
      if (!signal.aborted) setWords((error as Error).message);
    }
  };
  return (
    <div class="beside">
      <button type="button" class="button main" data-first onClick={() => void download()}>
        {downloadTexts.zip}
      </button>
      <span role="status">{words}</span>
    </div>
  );
}
