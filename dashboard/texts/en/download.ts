/** The view as files. */
export const downloadTexts = {
  title: 'Download this view',
  tables: 'Tables',
  ofTables: (most: string) =>
    'Every panel’s table and the numbers over time, as CSV in one ZIP file, with the range and ' +
    `the filters of this view. Of each table up to ${most} rows.`,
  zip: 'Download view (ZIP)',
  asking: 'Asking …',
  progress: (done: number, all: number) => `${done} of ${all} tables`,
  made: 'The file is made.',
  rows: 'Rows',
  ofRows: 'The hits themselves.',
  filtered: 'With these filters: the pageviews and events that match.',
  unfiltered: 'All of this range, engagements too.',
  /** In the name of a file. */
  hits: 'hits',
  failed: (table: string, why = 'no answer') => `${table}: ${why}`,
};
