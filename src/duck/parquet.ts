/**
 * A path as a text in SQL. It is one of our own home's: COPY and read_parquet take no bound values.
 */
export const quoted = (path: string) => `'${path.replaceAll("'", "''")}'`;

/** What reads files; `more` are options of `read_parquet`. */
export const parquet = (paths: readonly string[], more?: string) =>
  `read_parquet([${paths.map(quoted).join(', ')}]${more === undefined ? '' : `, ${more}`})`;

/** An unsigned id as the files have it: signed, with the same bits. */
export const toSigned = (column: string) =>
  `(${column}::HUGEINT - CASE WHEN ${column} >= 9223372036854775808 THEN 18446744073709551616 ELSE 0
    END)::BIGINT`;

/** An id as the files have it, signed, as an unsigned number. */
export const toUnsigned = (column: string) =>
  `(${column}::HUGEINT + CASE WHEN ${column} < 0 THEN 18446744073709551616 ELSE 0 END)::UBIGINT`;

/**
 * How every file is written. Few distinct values are a dictionary; numbered visits and ids are
 * smaller as differences.
 */
export const parquetOptions = optionsOf({ distinct: 5_000 });

/**
 * The same for files of a small day. DuckDB makes room for the dictionary of each column before it
 * writes, by the size of a row group and not by the rows that come: half of what such a file cost.
 */
export const smallParquetOptions = `${optionsOf({ distinct: 1_000 })}, ROW_GROUP_SIZE 2048`;

function optionsOf({ distinct }: { readonly distinct: number }): string {
  return (
    'FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ' +
    `PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT ${distinct}`
  );
}
