import { z } from 'zod';
import { day } from './common.ts';

export const gapsAsked = z.object({ from: day, to: day });

const downtime = z.object({ from: z.iso.datetime(), to: z.iso.datetime() });

const shortDay = z.object({
  date: z.iso.date(),
  stored: z.number().int().meta({ description: 'hits that were counted as stored' }),
  rows: z.number().int().meta({ description: 'those that are there' }),
});

export const gaps = z.object({ down: z.array(downtime), short_days: z.array(shortDay) });
