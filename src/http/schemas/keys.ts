import { z } from 'zod';
import { scopes } from '../../account/keys.ts';
import { domain, instant } from './common.ts';

const scope = z.enum(scopes).meta({ id: 'Scope', example: 'read' });

const key = z
  .object({
    ...{ id: z.string(), name: z.string(), scope },
    site: domain.nullable().optional().meta({ description: 'of this site alone; else of all' }),
    ...{ created: instant, expires: instant.nullable(), last_used: instant.nullable() },
  })
  .meta({ id: 'Key' });

export const keys = z.object({ keys: z.array(key) });

export const keyMade = key.extend({ key: z.string() });

export const newKey = z.strictObject({
  ...{ name: z.string(), scope, site: domain.optional(), expires: z.string().optional() },
});
