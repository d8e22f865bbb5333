import { table } from 'virtual:pictures';
import { base } from '../api/base.ts';
import type { Dimension } from '../model/dimensions.ts';
import { type Found, findPicture } from './find.ts';

// One image for all: where it stands is said once, for the style sheet.
const { style } = document.documentElement;
style.setProperty('--pictures', `url("${base}${table.sheet}")`);
style.setProperty('--picture-rows', String(table.rows));

export const pictureOf = (dimension: Dimension, value: string): Found =>
  findPicture(table, dimension, value);
