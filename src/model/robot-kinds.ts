/** The name of robots whose referrer says what they are, and whose user agent does not. */
export const referrerSpam = 'Referrer spam';

/** Of a browser of which only its page knows that nobody sits before it. */
export const automatedBrowser = 'Automated browser';

/** What names that are in no list are. */
export const otherRobots = 'Other';

/** Robots' names with what kind of robot each is. */
export async function robotKinds(): Promise<[name: string, kind: string][]> {
  const { robotLists } = await import('./robot-lists.ts');
  return [
    ...Object.entries(robotLists).flatMap(([kind, names]) =>
      names.split('|').map((name): [string, string] => [name.trim(), kind]),
    ),
    [automatedBrowser, automatedBrowser],
    [referrerSpam, referrerSpam],
  ];
}
