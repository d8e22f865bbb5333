import { z } from 'zod';
import { domain, instant } from './common.ts';

export const auditAsked = z.object({
  site: domain.optional(),
  limit: z
    .string()
    .regex(/^([1-9]\d{0,2}|1000)$/, 'expected 1 to 1000')
    .optional(),
  before: z
    .string()
    .regex(/^\d{14}-[0-9a-f]{12}$/, 'expected `next` of the answer before')
    .optional(),
});

const by = z.object({
  kind: z.enum(['person', 'key', 'owner-key', 'command-line', 'nobody']),
  ...{ id: z.string().optional(), name: z.string().optional() },
});

const entry = z
  .object({
    ...{ at: instant, by, what: z.string().meta({ example: 'goal.add' }) },
    ...{ site: domain.optional(), about: z.string().optional() },
  })
  .meta({ id: 'AuditEntry' });

export const auditLog = z.object({
  entries: z.array(entry),
  next: z.string().optional().meta({ description: 'there are older ones: `before` of the next' }),
});
