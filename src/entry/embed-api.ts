// What `import { createDaybook } from 'daybook'` gives. Its types are those of the package, so this
// file imports nothing of Daybook's.
import type { IncomingMessage, ServerResponse } from 'node:http';

export type EmbedOptions = {
  /** The folder of the data. No other process may have it open as a server. */
  readonly data: string;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustProxy?: readonly string[];
  /** Where browsers reach this Daybook, such as `https://stats.example.com`. */
  readonly publicUrl?: string;
  /** The path below which browsers reach it, such as `/stats`; your server may take it away. */
  readonly base?: string;
  /** Where the tracker is served besides, and hits are taken, such as `/stats/a.js`. */
  readonly scriptPath?: string;
  readonly eventPath?: string;
  /** A database of cities (.mmdb). */
  readonly cityDatabase?: string;
  /** A database of networks (.mmdb). */
  readonly networkDatabase?: string;
  /** For all of Daybook; by default `DAYBOOK_MEMORY`, or three quarters of the machine's. */
  readonly memoryBytes?: number;
};

/** Daybook inside another program. */
export type Daybook = {
  /** Answers a request. `address`: who sent it; without it visitors cannot be told apart. */
  fetch(request: Request, from?: { readonly address?: string | undefined }): Promise<Response>;
  /** The same for `node:http`: the address is that of the connection. */
  listener(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  /** The owner key, only at the start that made it: it is shown once. */
  readonly firstKey: string | undefined;
  /** Writes what is left, and closes the data. To be awaited before the process ends. */
  close(): Promise<void>;
};

/** Opens the data, or makes it. Rejects with an error that says what is in the way. */
export type CreateDaybook = (options: EmbedOptions) => Promise<Daybook>;

export declare const createDaybook: CreateDaybook;
