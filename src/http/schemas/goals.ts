import { z } from 'zod';
import { domain, expected, meta, siteId } from './common.ts';

const said = z.union([z.string(), z.null()]).optional();

const goalFields = {
  site_id: siteId,
  goal_type: z.enum(['event', 'page'], { error: expected('event or page') }),
  event_name: said.meta({
    description: 'the event, with goal_type `event`',
    example: 'Signup',
  }),
  page_path: said.meta({ description: 'the page, with goal_type `page`; `*` and `**` as wild' }),
  display_name: said,
  currency: said.meta({ description: 'ISO 4217: what revenue of the event is counted in' }),
};

export const newGoal = z.strictObject(goalFields, {
  error: ({ code, keys }: { readonly code: string; readonly keys?: readonly string[] }) =>
    code === 'unrecognized_keys'
      ? `unknown ${keys!.join(', ')}; expected ${Object.keys(goalFields).join(', ')}`
      : undefined,
});

export type NewGoal = z.infer<typeof newGoal>;

const goal = z.object({
  id: z.string(),
  goal_type: z.enum(['event', 'page']),
  display_name: z.string(),
  event_name: z.string().nullable(),
  page_path: z.string().nullable(),
  currency: z.string().nullable(),
});

export const goals = z.object({ goals: z.array(goal), meta });

export const addedGoal = goal.extend({ domain });

export const ofSite = z.object({ site_id: siteId.optional() });
