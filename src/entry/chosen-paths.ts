/** Of Daybook's own routes and files, by how they begin. */
const own = /^\/(api|js|assets|docs|health|analytics|default)(\/|$)/;

export const expectedPath =
  "a path such as /stats/a.js: letters, digits, -, _, . and /, and none of Daybook's own";

export const expectedBase =
  'a path such as /stats, without a slash at its end: letters, digits, -, _, . and /, ' +
  "and none of Daybook's own";

/** Of Daybook's pages and links, besides. */
const pages = /^\/(share|sign-in|sign-up|privacy|visualization|metrics)(\/|$)/;

/** Whether Daybook may be below that path. */
export const isBase = (text: string): boolean => isChosenPath(text) && !pages.test(text);

/** Whether the tracker or what takes its hits may have that path. */
export const isChosenPath = (text: string): boolean =>
  text.length <= 200 && /^(\/[A-Za-z0-9_-][\w.-]*)+$/.test(text) && !own.test(text);
