import { hitsOfDay } from '../../days/held-days.ts';
import type { Days } from '../../days/open-days.ts';
import { readDays } from '../../days/read-days.ts';
import type { Value } from '../../duck/duck.ts';
import { toUnsigned } from '../../duck/parquet.ts';
import type { Day } from '../../lib/site-days.ts';
import { fields } from '../../model/fields.ts';
import { visitInItsDay } from '../../visits/tables.ts';
import type { ReportSite } from '../report.ts';
import { type VisitRow, visitColumnsSql, visitOf } from './visits.ts';

/** A visit of a day; `visit` is 16 hex digits. */
export type VisitAsked = { readonly day: Day; readonly visit: string };

export type OneVisit = VisitRow & {
  /** In the order of time; of very long visits the first ones. */
  readonly steps: readonly VisitStep[];
};

/** A pageview, or an event by its name. */
export type VisitStep = {
  readonly time: string;
  readonly name: string;
  readonly page: string;
  readonly title?: string;
  readonly hostname?: string;
  readonly props?: Readonly<Record<string, string>>;
  readonly revenue?: { readonly currency: string; readonly amount: number };
  /** How long a page was looked at, and how far it was read, in per cent. */
  readonly engaged_ms?: number;
  readonly scroll_depth?: number;
};

export const mostSteps = 1_000;

/** What one visit did, step by step. It lies within its day: nothing leads to another one. */
export function lookVisit(
  days: Days,
  site: ReportSite,
  { day, visit }: VisitAsked,
): Promise<OneVisit | undefined> {
  return readDays(days, site, { from: day, to: day }, (held) => {
    const found = hitsOfDay(held, day);
    const wanted = found && { relation: 'hits', days: found.days };
    return {
      scopes: wanted === undefined ? [] : [wanted],
      async compute(session, tables) {
        if (wanted === undefined) return undefined;
        const { hits, visits } = tables(wanted);
        const values: Value[] = [day, BigInt(`0x${visit}`)];
        const isIt = (of: string) => `${of}.day = $1::DATE AND ${visitInItsDay(of)} = $2::UBIGINT`;
        const [row] = await session.rows(
          `/* look.visit */ SELECT ${visitColumnsSql} FROM ${visits} AS v WHERE ${isIt('v')}`,
          values,
        );
        if (row === undefined) return undefined;
        const steps = await session.rows(
          `/* look.steps */ SELECT h."time"::DOUBLE, h.name, h.page,
            h.${fields.title.column}, h.hostname, to_json(h.props)::VARCHAR, h.currency,
            h.amount::DOUBLE, h.engaged_ms::DOUBLE, h.scroll_depth::DOUBLE
          FROM ${hits} AS h WHERE h.visit IS NOT NULL AND ${isIt('h')}
          ORDER BY h."time", ${toUnsigned('h.id')} LIMIT ${mostSteps}`,
          values,
        );
        return { ...visitOf(row), steps: steps.map(stepOf) };
      },
    };
  });
}

function stepOf(row: readonly Value[]): VisitStep {
  const [time, name, page, title, hostname, props, currency, amount, engaged, depth] = row;
  return {
    ...{ time: new Date(Number(time)).toISOString(), name: String(name), page: String(page) },
    ...(title !== null && { title: String(title) }),
    ...(hostname !== null && { hostname: String(hostname) }),
    ...(props !== null && { props: JSON.parse(String(props)) as Record<string, string> }),
    ...(currency !== null && {
      revenue: { currency: String(currency), amount: Number(amount) },
    }),
    ...(engaged !== null && { engaged_ms: Number(engaged) }),
    ...(depth !== null && { scroll_depth: Number(depth) }),
  };
}
