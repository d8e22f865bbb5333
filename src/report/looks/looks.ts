import type { Days } from '../../days/open-days.ts';
import type { ReportSite } from '../report.ts';
import { type Live, lookLive } from './live.ts';

/** What is looked at as it came, not counted by a query: by its name, what is asked and given. */
export type Looks = {
  readonly live: { readonly asked: undefined; readonly given: Live };
};

export type LookName = keyof Looks;

type Look<N extends LookName> = (
  days: Days,
  site: ReportSite,
  asked: Looks[N]['asked'],
) => Promise<Looks[N]['given']>;

const looks: { readonly [N in LookName]: Look<N> } = { live: lookLive };

/** Gives what `name` shows of a site. */
export const look = <N extends LookName>(
  days: Days,
  site: ReportSite,
  name: N,
  asked: Looks[N]['asked'],
): Promise<Looks[N]['given']> => looks[name](days, site, asked);
