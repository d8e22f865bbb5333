import type { Site } from '../account/site.ts';
import type { Sites } from '../account/sites.ts';
import type { Home } from '../home/home.ts';
import type { Appender } from '../journal/append.ts';
import type { Books } from '../journal/books.ts';
import type { OwnIds } from '../journal/own-ids.ts';
import type { RepeatedRows } from '../journal/repeated-rows.ts';
import type { Random } from '../lib/random.ts';
import type { Day } from '../lib/site-days.ts';
import type { DropLog } from './drop-log.ts';
import type { Places } from './enrich/place.ts';
import type { Visitors } from './visitors.ts';

/** What collecting needs of the world around it. */
export type CollectWorld = {
  readonly sites: Sites;
  readonly appender: Appender;
  readonly books: Books;
  readonly repeated: RepeatedRows;
  readonly tries: Tries;
  readonly dropLog: DropLog;
  readonly visitors: Visitors;
  readonly places: Places;
  readonly random: Random;
};

/** What is known of earlier tries. */
export type Tries = {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly ownIds: OwnIds;
  /** Whether a frozen day has a hit; absent where its own partitions keep their rows. */
  readonly inFrozen?: (
    of: { readonly site: Site; readonly day: Day },
    id: string,
  ) => Promise<boolean>;
};

export type Kept = { readonly id: string };
