/** Of Daybook's own routes and files, by how they begin. */
const own = /^\/(api|js|assets|docs|health|analytics|default)(\/|$)/;

export const expectedPath =
  "a path such as /stats/a.js: letters, digits, -, _, . and /, and none of Daybook's own";

/** Whether the tracker or what takes its hits may have that path. */
export const isChosenPath = (text: string): boolean =>
  text.length <= 200 && /^(\/[A-Za-z0-9_-][\w.-]*)+$/.test(text) && !own.test(text);
