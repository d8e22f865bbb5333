/**
 * A path as a text in SQL. It is one of our own home's: COPY and read_parquet take no bound values.
 */
export const quoted = (path: string) => `'${path.replaceAll("'", "''")}'`;

/** What reads files; `more` are options of `read_parquet`. */
export const parquet = (paths: readonly string[], more?: string) =>
  `read_parquet([${paths.map(quoted).join(', ')}]${more === undefined ? '' : `, ${more}`})`;
