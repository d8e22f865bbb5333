import type { Sites } from '../account/sites.ts';
import type { Appender } from '../journal/append.ts';
import type { Books } from '../journal/books.ts';
import type { RepeatedRows } from '../journal/repeated-rows.ts';
import type { Random } from '../lib/random.ts';
import type { DropLog } from './drop-log.ts';
import type { Places } from './enrich/place.ts';
import type { Visitors } from './visitors.ts';

/** What collecting needs of the world around it. */
export type CollectWorld = {
  readonly sites: Sites;
  readonly appender: Appender;
  readonly books: Books;
  readonly repeated: RepeatedRows;
  readonly dropLog: DropLog;
  readonly visitors: Visitors;
  readonly places: Places;
  readonly random: Random;
};

export type Kept = { readonly id: string };
