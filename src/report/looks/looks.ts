import type { Days } from '../../days/open-days.ts';
import type { Limits } from '../query/limits.ts';
import type { Query } from '../query/types.ts';
import type { ReportSite } from '../report.ts';
import { type Live, lookLive } from './live.ts';
import { parseMatching } from './matching.ts';
import { lookVisit, type OneVisit, type VisitAsked } from './one-visit.ts';
import { lookVisits, type VisitPage, type VisitsAsked } from './visits.ts';

/** What is shown as it came, not counted by a query: by its name, what is asked and given. */
export type Looks = {
  readonly live: { readonly asked: undefined; readonly given: Live };
  readonly visits: { readonly asked: VisitsAsked; readonly given: VisitPage };
  /** Undefined: there is no such visit. */
  readonly visit: { readonly asked: VisitAsked; readonly given: OneVisit | undefined };
};

export type LookName = keyof Looks;

/** Who looks, at what. */
export type Looking = {
  readonly days: Days;
  readonly site: ReportSite;
  readonly limits: Limits;
  /** Makes the tables of names that filters need. */
  ready(queries: readonly Query[]): Promise<void>;
};

const looks: {
  readonly [N in LookName]: (of: Looking, asked: Looks[N]['asked']) => Promise<Looks[N]['given']>;
} = {
  live: ({ days, site }) => lookLive(days, site),
  async visits({ days, site, limits, ready }, asked) {
    const query = parseMatching(asked.filters, site, limits, 'visits');
    await ready([query]);
    return lookVisits(days, site, query, asked);
  },
  visit: ({ days, site }, asked) => lookVisit(days, site, asked),
};

/** Throws `bad-input` where what is asked is malformed. */
export function checkAsked<N extends LookName>(
  name: N,
  asked: Looks[N]['asked'],
  site: ReportSite,
  limits: Limits,
): void {
  if (name === 'visits') parseMatching((asked as VisitsAsked).filters, site, limits, 'visits');
}

/** Gives what `name` shows of a site. */
export const look = <N extends LookName>(
  of: Looking,
  name: N,
  asked: Looks[N]['asked'],
): Promise<Looks[N]['given']> => looks[name](of, asked);
