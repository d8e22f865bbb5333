export { type Client, createClient, type Options } from './client.ts';
export { type Counts, type Loss, lossReasons } from './counts.ts';
export type { Event } from './event.ts';
export { forExpress } from './express.ts';
export { forFastify } from './fastify.ts';
export { forHono } from './hono.ts';
export { forNext } from './next.ts';
export { pageviewOf, type Visit } from './visit.ts';
