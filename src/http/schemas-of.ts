import type { z } from 'zod';

/** A schema of a route. It is loaded when a request is read by it, or the API is described. */
export type LazySchema<T = unknown> = () => Promise<z.ZodType<T>>;

type Lazy<M> = {
  readonly [K in keyof M]: M[K] extends z.ZodType<infer T> ? LazySchema<T> : never;
};

/**
 * The schemas that a module exports, by their names. The module is loaded when the first of them is
 * needed: a server starts without zod, which takes as long as a third of its start.
 */
export function schemasOf<M extends object>(load: () => Promise<M>): Lazy<M> {
  let module: M | undefined;
  const schema = (name: keyof M) => async () => {
    module ??= await load();
    return module[name];
  };
  return new Proxy({} as Lazy<M>, { get: (_, name) => schema(name as keyof M) });
}
