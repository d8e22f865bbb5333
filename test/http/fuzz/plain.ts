import type { Chance } from '../../../src/entry/demo/chance.ts';
import type { Askers, Spare } from './askers.ts';

/** A right request of one route; what is absent is not sent. */
export type Plain = {
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  /** An object is sent as JSON or as a form; a text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** By the method and the path as the app's table of routes has them. */
export type Routes = Readonly<Record<string, (chance: Chance, known: Known) => Plain>>;

/**
 * What only the server can say: the owner's key, the name of a removal, secrets of shared links,
 * and the paths of segments, annotations, links and visits that were made.
 */
export type Known = {
  readonly key: string;
  /** What others than the owner of all send. */
  readonly askers: Askers;
  readonly spare: Spare;
  readonly removal: string;
  /** Of links to the steady site: one without a password, one whose password is `a`. */
  readonly secret: string;
  readonly lockedSecret: string;
  readonly made: Record<'segments' | 'annotations' | 'shared-links' | 'visits', string[]>;
};
