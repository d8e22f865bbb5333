import { createHash } from 'node:crypto';
import { DaybookError } from '../lib/errors.ts';
import { isPlainLine } from '../lib/plain-text.ts';
import { openRefusedFields, quoted } from '../lib/refused-fields.ts';
import type { Goal, Site } from './site.ts';

export const maxGoals = 1_000;

/** A site is one row, which a home may limit: of it so much may be goals. */
const maxGoalsBytes = 131_072;

/** An event's name is as long at the most where it is collected. */
const maxNameLength = 120;

const maxPageLength = 500;

/** Every page has the first; nobody is counted by the second. */
const reservedEvents = ['pageview', 'engagement'];

/** A goal as it is asked for: one of `event` and `page`, and what may be said beside. */
export type GoalFields = {
  readonly event?: unknown;
  readonly page?: unknown;
  readonly name?: unknown;
  readonly currency?: unknown;
};

/**
 * Parses a goal; its name is `Signup` or `Visit /thanks` where it has none of its own. Throws
 * `bad-input` naming each field.
 */
export function readGoal({ event, page, name, currency }: GoalFields): Goal {
  const refused = openRefusedFields();
  const refuse = (field: string, expected: string, came: unknown) =>
    refused.refuse(field, `expected ${expected}, got ${quoted(came)}`);
  if ((event === undefined) === (page === undefined)) {
    refuse('goal', 'either an event or a page', event === undefined ? undefined : { event, page });
  }
  const named = name === undefined || isPlainLine(name, maxNameLength);
  if (!named) refuse('name', `a text of 1 to ${maxNameLength} characters`, name);
  if (event !== undefined && !isPlainLine(event, maxNameLength))
    refuse('event', `the name of an event, of 1 to ${maxNameLength} characters`, event);
  else if (reservedEvents.includes(event as string))
    refuse(
      'event',
      `the name of an event of your own, none of ${reservedEvents.join(', ')}`,
      event,
    );
  if (page !== undefined && !(isPlainLine(page, maxPageLength) && page.startsWith('/')))
    refuse(
      'page',
      `a path that starts with /, such as /thanks/**, of at most ${maxPageLength} characters`,
      page,
    );
  if (currency !== undefined && !(typeof currency === 'string' && /^[A-Za-z]{3}$/.test(currency)))
    refuse('currency', 'an ISO 4217 code such as EUR', currency);
  else if (currency !== undefined && page !== undefined)
    refuse('currency', 'none beside a page: events have revenue', currency);
  refused.throwIfAny();
  if (typeof page === 'string')
    return { name: (name as string | undefined) ?? `Visit ${page}`, page };
  return {
    name: (name as string | undefined) ?? (event as string),
    event: event as string,
    ...(currency === undefined ? {} : { currency: (currency as string).toUpperCase() }),
  };
}

/**
 * What names a goal in the API: digits that follow from its event or page, so that they outlast
 * another name.
 */
export function goalId(goal: Goal): string {
  const digest = createHash('sha256')
    .update('event' in goal ? `event ${goal.event}` : `page ${goal.page}`)
    .digest();
  return String(digest.readUIntBE(0, 6));
}

/**
 * The site with a goal: the one of that event or page, else added. Throws `conflict` where the one
 * there is has another name or currency than was asked for, or another goal has that name;
 * `bad-input` as `readGoal`, and where there are too many.
 */
export function addGoal(site: Site, fields: GoalFields): { site: Site; goal: Goal } {
  const goal = readGoal(fields);
  const goals = site.goals ?? [];
  const same = goals.find((other) => goalId(other) === goalId(goal));
  if (same !== undefined) {
    const renamed = fields.name !== undefined && same.name !== goal.name;
    const revalued = fields.currency !== undefined && currencyOf(same) !== currencyOf(goal);
    if (!renamed && !revalued) return { site, goal: same };
    throw new DaybookError(
      'conflict',
      `there is a goal already: ${JSON.stringify(same)}; remove it first`,
    );
  }
  if (goals.some(({ name }) => name === goal.name))
    throw new DaybookError(
      'conflict',
      `there is another goal named ${JSON.stringify(goal.name)}; give this one a name of its own`,
    );
  const all = [...goals, goal];
  if (all.length > maxGoals || Buffer.byteLength(JSON.stringify(all)) > maxGoalsBytes)
    throw new DaybookError(
      'bad-input',
      `expected at most ${maxGoals} goals, of ${maxGoalsBytes} bytes together`,
    );
  return { site: { ...site, goals: all }, goal };
}

/** The site without a goal, which is named by its id or its name. Throws `not-found`. */
export function removeGoal(site: Site, named: string): { site: Site; goal: Goal } {
  const goals = site.goals ?? [];
  const goal =
    goals.find((one) => goalId(one) === named) ?? goals.find(({ name }) => name === named);
  if (goal === undefined)
    throw new DaybookError('not-found', `there is no goal ${JSON.stringify(named.slice(0, 200))}`);
  return { site: { ...site, goals: goals.filter((one) => one !== goal) }, goal };
}

/** A goal as the API and the CLI show it: the field's own names. */
export function showGoal(goal: Goal): Record<string, string | null> {
  return {
    id: goalId(goal),
    goal_type: 'event' in goal ? 'event' : 'page',
    display_name: goal.name,
    event_name: 'event' in goal ? goal.event : null,
    page_path: 'page' in goal ? goal.page : null,
    currency: currencyOf(goal) ?? null,
  };
}

const currencyOf = (goal: Goal) => ('event' in goal ? goal.currency : undefined);
