import { z } from 'zod';
import { meta, siteId } from './common.ts';

const property = z
  .string({ error: 'expected the name of a property' })
  .min(1, { error: 'expected the name of a property' })
  .meta({ example: 'plan' });

export const namedProp = z.object({ site_id: siteId, property });

export const ofSite = z.object({ site_id: siteId });

export const customProps = z.object({ custom_props: z.array(z.object({ property })), meta });

export const created = z.object({ created: z.literal(true) });
