import { z } from 'zod';

const bytes = z.number().int();
const count = z.number().int();
const counts = z.record(z.string(), count);
const instant = z.iso.datetime();

const ownProcess = z.object({
  name: z.enum(['server', 'report', 'closing', 'sql', 'backup']).meta({
    description: 'all but `server` are there while they have something to do',
  }),
  pid: z.number().int(),
  own_bytes: bytes.meta({ description: 'taken from the machine' }),
  mapped_bytes: bytes.meta({
    description: 'pages of mapped files, the store’s above all: the system takes them back',
  }),
  most_bytes: bytes.meta({ description: 'the most of both together since the process began' }),
});

const trouble = {
  problem: z.string().optional().meta({ description: 'why it failed last; absent: it works' }),
  problem_since: instant.optional().meta({ description: 'since when it fails' }),
};

const closing = z.object({
  running: z.boolean(),
  running_since: instant.optional().meta({ description: 'hours ago: it hangs' }),
  days_waiting: count.meta({ description: 'that are due to be closed, or closed again' }),
  oldest_waiting: instant.optional().meta({
    description: 'when the oldest day ended that should be closed and is not',
  }),
  last_closed: instant.optional(),
  ...trouble,
  failures: count.meta({ description: 'steps that failed since the server started' }),
});

const backup = z.object({
  running: z.boolean(),
  last: instant.optional().meta({
    description: 'until when hits are in the last backup, also one made by a command',
  }),
  bytes: bytes.optional().meta({ description: 'of all that it is made of' }),
  written_bytes: bytes.optional().meta({ description: 'of these, what it had to write' }),
  ...trouble,
  failures: count.meta({ description: 'tries that failed since the server started' }),
});

const reports = z.object({
  ...trouble,
  failures: count.meta({
    description: 'how often the report process ended by itself or did not answer, since the start',
  }),
});

const ledger = z.object({
  files: count.meta({ description: 'that the ledger names' }),
  bytes,
  problem: z.string().optional().meta({ description: 'why the files cannot be reached' }),
  missing_files: count.optional().meta({
    description: 'of these, what is not there or has another size; absent: nobody can say',
  }),
  missing: z.array(z.string()).optional().meta({ description: 'some of them' }),
  damage: z.string().optional().meta({ description: 'what a report last found damaged' }),
  damaged_reports: count.meta({ description: 'questions that met a damaged or missing file' }),
});

const shortDay = z.object({
  site: z.string(),
  day: z.iso.date(),
  stored: count,
  rows: count.meta({ description: 'fewer than were stored: hits are lost' }),
});

const ofServer = z.object({
  version: z.string(),
  started: instant,
  hits_can_be_stored: z.boolean().meta({ description: 'tried out, as `/health/ready` does' }),
  not_ready: z.string().optional().meta({ description: 'why they cannot' }),
  memory: z.object({
    limit_bytes: bytes.meta({ description: 'what `--memory` allows all of them together' }),
    own_bytes: bytes.meta({ description: 'of all of them together' }),
    processes: z.array(ownProcess),
  }),
  disk: z
    .object({ free_bytes: bytes, total_bytes: bytes })
    .optional()
    .meta({ description: 'of the file system that the data folder is on' }),
  clock: z.string().optional().meta({ description: 'what is wrong with this machine’s clock' }),
  closing,
  reports,
  ledger,
  backup,
  books: z.object({
    open_rows: count.meta({ description: 'rows of days that are not closed, and late ones' }),
    short_days: z.array(shortDay).meta({ description: 'closed days whose books do not balance' }),
  }),
  hits: z.object({
    stored: count,
    dropped: counts.meta({ description: 'by reason' }),
    by_site: counts.meta({ description: 'stored and dropped ones; `-`: of no site' }),
  }),
  requests: z.object({ under_way: count, answers: counts }),
  certificate: z
    .object({
      names: z.array(z.string()),
      authority: z.string().meta({ description: 'the URL of its directory' }),
      good_until: instant.optional().meta({ description: 'absent: there is none yet' }),
      next_try: instant.meta({ description: 'when another one is asked for' }),
      problem: z.string().optional().meta({ description: 'why the last try gave none' }),
    })
    .optional()
    .meta({ description: 'with `serve --https`' }),
  queries: z.array(z.object({ ask: z.string(), site: z.string(), seconds: z.number() })),
});

/** What is counted begins at 0 when the server starts. */
export const health = ofServer.partial();

export type Health = z.infer<typeof ofServer>;
