import { z } from 'zod';
import { day, strictFields } from './common.ts';

const date = z.string().meta({
  description: 'a day, or a moment with its offset, which is shown in UTC',
  example: '2026-11-10',
});

const text = z.string().meta({ description: 'at most 200 characters', example: 'Launch' });

const given = z.unknown();

/** `account/annotations.ts` checks each. */
export const newAnnotation = strictFields({ date: given, text: given }, { date, text });

export const annotationChange = strictFields(
  { date: given.optional(), text: given.optional() },
  { date: date.optional(), text: text.optional() },
);

export const annotationsAsked = z.object({ from: day.optional(), to: day.optional() });

export const annotation = z.object({ id: z.string().meta({ example: '0b7e93a1' }), date, text });

export const annotations = z.object({ annotations: z.array(annotation) });
