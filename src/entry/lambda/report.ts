import { fileURLToPath } from 'node:url';
import { createApp } from '../../http/app.ts';
import { readPages } from '../pages.ts';
import { openReports } from '../reports.ts';
import { openSqlHere } from '../sql.ts';
import { gatewayHandler } from './gateway.ts';
import { lambdaNotify } from './notify.ts';
import { keepOwner, openLambdaWorld } from './world.ts';

/** A query that takes longer would be answered by API Gateway, and worse. */
const queryTimeoutMs = 24_000;

/**
 * Of the function's memory, DuckDB's part; the rest is Node's, and that of an answer on its way.
 */
const reportShare = 0.5;

/** The same for a statement: only what is mounted for reports is beside it. */
const sqlShare = 0.25;

/** Answers: the API, the pages, the tracker, and the rows of `GET /analytics`. */
export const handler = gatewayHandler(async () => {
  const { env } = process;
  const pages = readPages(fileURLToPath(new URL('./dashboard', import.meta.url)));
  const memoryMb = Number(env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? 1_769);
  const mebibyte = 1024 ** 2;
  const memoryBytes = memoryMb * mebibyte * reportShare;
  const ofSql = { memoryBytes: memoryMb * mebibyte * sqlShare, timeoutMs: queryTimeoutMs };
  const { world, log, settle } = await openLambdaWorld({
    ...{ env, pages, notify: lambdaNotify },
    reports: (home, clock) => openReports(home, clock, { memoryBytes, timeoutMs: queryTimeoutMs }),
    sql: (home, clock) => openSqlHere(home, clock, ofSql),
  });
  await keepOwner(world, env);
  return { app: createApp(world), log, settle };
});
