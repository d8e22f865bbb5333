/**
 * What can go wrong, in words the edge (`http/`, `entry/`) turns into a status or an exit code.
 * `message` says what was expected and what came; the sender sees it.
 */
export type Fault =
  | 'bad-input' // 400
  | 'not-signed-in' // 401
  | 'not-allowed' // 403
  | 'not-found' // 404
  | 'conflict' // 409
  | 'too-large' // 413
  | 'too-many' // 429
  | 'damaged' // 500: a file of the ledger is not what was written
  | 'unavailable';
// 503, worth trying again

export class DaybookError extends Error {
  readonly fault: Fault;
  /** Per input field, what was expected of it. */
  readonly fields: Readonly<Record<string, readonly string[]>> | undefined;
  /** When to try again, in seconds. */
  readonly retryAfterS: number | undefined;

  constructor(
    fault: Fault,
    message: string,
    options?: ErrorOptions & { fields?: Record<string, readonly string[]>; retryAfterS?: number },
  ) {
    super(message, options);
    this.name = 'DaybookError';
    this.fault = fault;
    this.fields = options?.fields;
    this.retryAfterS = options?.retryAfterS;
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

/**
 * What is no fault of a program but a shortage of the machine's, descriptors or memory, as
 * something to try again later; undefined for anything else. Libraries give codes, or words only.
 */
export function shortageOf(error: unknown): DaybookError | undefined {
  const { code = '' } = (error ?? {}) as { readonly code?: string };
  const isShort =
    ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EAGAIN'].includes(code) ||
    /too many open files|cannot allocate memory|out of memory|\bE(MFILE|NFILE|NOMEM)\b/i.test(
      messageOf(error),
    );
  if (!isShort) return undefined;
  const message = 'this machine is short of open files or memory at the moment; try again';
  return new DaybookError('unavailable', message, { cause: error });
}
