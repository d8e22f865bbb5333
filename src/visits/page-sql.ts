import { needlesslyEncoded, plainInPages } from '../lib/page-path.ts';

/** `normalizedPage` in SQL; `page` is a column. Pages that are stored already cost one look. */
export const normalizedPageSql = (page: string) =>
  `CASE WHEN regexp_full_match(${page}, '[${inSql(plainInPages)}]*') THEN ${page}
    ELSE list_aggregate(list_transform(
      regexp_extract_all(${page}, '(?s)%[0-9A-Fa-f]{2}|[${inSql(plainInPages)}]+|.'),
      lambda piece: CASE WHEN NOT regexp_full_match(piece, '%[0-9A-Fa-f]{2}') THEN
          CASE WHEN regexp_full_match(piece, '[${inSql(plainInPages)}]+') THEN piece
            ELSE url_encode(piece) END
        WHEN regexp_matches(upper(piece), '${needlesslyEncoded}') THEN url_decode(piece)
        ELSE upper(piece) END), 'string_agg', '') END`;

const highBytes = '(?:%[89A-F][0-9A-F])+';

const lettersOfAscii = ['%20', '%22', '%3C', '%3E', '%60', '%7B', '%7D'];

/**
 * A stored page in letters, for filters that look into it. Unlike `shownPage` it also decodes what
 * is invisible; bytes in a row that are not valid UTF-8 as a whole stay encoded.
 */
export const pageInLetters = (page: string) =>
  page.replace(new RegExp(`${highBytes}|${lettersOfAscii.join('|')}`, 'g'), (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });

/** `pageInLetters` in SQL; `page` is a column. */
export const pageInLettersSql = (page: string) =>
  `CASE WHEN NOT contains(${page}, '%') THEN ${page}
    ELSE list_aggregate(list_transform(
      regexp_extract_all(${page}, '${highBytes}|%[0-7][0-9A-F]|[^%]+|%'),
      lambda piece: CASE
        WHEN regexp_full_match(piece, '${highBytes}')
          THEN coalesce(TRY(decode(unhex(replace(piece, '%', '')))), piece)
        WHEN piece IN (${lettersOfAscii.map((one) => `'${one}'`).join(', ')}) THEN url_decode(piece)
        ELSE piece END), 'string_agg', '') END`;

/**
 * `normalizedPageSql` over rows of hits that an earlier version stored. If the page changes, the
 * deploy dialect's own fields (`sent`, JSON text) get it as it was sent.
 */
export const sentWithPageSql = (sent: string, page: string) =>
  `CASE WHEN ${sent} IS NULL OR ${page} = ${normalizedPageSql(page)} THEN ${sent}
    ELSE left(${sent}, length(${sent}) - 1) || CASE WHEN ${sent} = '{}' THEN '' ELSE ',' END
      || '"pagePath":' || to_json(${page})::VARCHAR || '}' END`;

const inSql = (text: string) => text.replaceAll("'", "''");
