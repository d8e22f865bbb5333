import type { HeldDays } from '../../days/held-days.ts';
import { erasingOf } from '../../days/unerased.ts';
import type { Day } from '../../lib/site-days.ts';
import type { PlannedQuery } from '../plan/plan-queries.ts';
import type { Answer } from './answer.ts';

type Waiting = { readonly held: HeldDays; readonly waiting: readonly Day[] };

/** Says in an answer that hits which are erased are still counted on some of its days. */
export function withErasing(
  answer: Answer,
  { plan, compared }: PlannedQuery,
  { held, waiting }: Waiting,
): Answer {
  if (waiting.length === 0) return answer;
  const shown = new Set([...plan.days, ...(compared?.days ?? [])].map(({ day }) => day));
  const { days, seconds } = erasingOf(
    waiting.filter((day) => shown.has(day)),
    held,
  );
  if (days.length === 0) return answer;
  const [first, last] = [days[0]!, days[days.length - 1]!];
  const warning =
    `An erasure goes on: ${days.length} days from ${first} to ${last} still count hits that are ` +
    `erased. They are made again without them in about ${lengthOf(seconds)}.`;
  return {
    ...answer,
    meta: { ...answer.meta, erasing: { days: days.length, seconds, warning } },
  };
}

const lengthOf = (seconds: number) =>
  seconds < 100 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
