/**
 * What can go wrong, in words the edge (`http/`, `entry/`) turns into a status or an exit code.
 * `message` says what was expected and what came; the sender sees it.
 */
export type Fault =
  | 'bad-input' // 400
  | 'not-signed-in' // 401
  | 'not-found' // 404
  | 'conflict' // 409
  | 'too-large' // 413
  | 'damaged' // 500: a file of the ledger is not what was written
  | 'unavailable';
// 503, worth trying again

export class DaybookError extends Error {
  readonly fault: Fault;
  /** Per input field, what was expected of it. */
  readonly fields: Readonly<Record<string, readonly string[]>> | undefined;

  constructor(
    fault: Fault,
    message: string,
    options?: ErrorOptions & { fields?: Record<string, readonly string[]> },
  ) {
    super(message, options);
    this.name = 'DaybookError';
    this.fault = fault;
    this.fields = options?.fields;
  }
}

/**
 * DuckDB has met an error of its own, after which the instance answers nothing any more; a new one
 * does.
 */
export class DatabaseEnded extends DaybookError {
  /** What it said, in a line. */
  readonly reason: string;

  constructor(cause: unknown) {
    super('unavailable', 'the database of reports failed and starts again; ask again', { cause });
    this.reason = messageOf(cause).split('\n')[0]!;
  }
}

/** The one-line text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
