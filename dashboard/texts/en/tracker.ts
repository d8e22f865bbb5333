/** The tag of the tracker, and what it may say. */
export const trackerTexts = {
  tag: 'For the head of your pages',
  size: (bytes: string) => `A browser loads ${bytes} bytes of it, and keeps them.`,
  switches: {
    'outbound-links': ['Links to other sites', 'A click is an event, with the address.'],
    'file-downloads': [
      'Downloads',
      'A click on a link to a PDF, an archive, a film … is an event.',
    ],
    'form-submissions': ['Forms', 'A form that is sent is an event. What is in it is not read.'],
    marked: [
      'What your pages mark',
      'Clicks on what has a class such as daybook-event-name=Signup are events.',
    ],
    'not-found': ['Pages that are not there', 'Those that were answered with 404.'],
    hash: ['Pages are in the #fragment', 'For apps whose addresses are /#/one and /#/two.'],
    manual: ['Count by hand', 'No page is counted but by daybook("pageview").'],
    storage: [
      'Hits may wait in the browser',
      'What could not be sent is sent later. It is stored meanwhile, which may need consent.',
    ],
    debug: ['Say everything', 'The browser’s console says what was sent, and what became of it.'],
    lasting: [
      'Exactly this file',
      'Browsers refuse any other (SRI). It stays as it is when Daybook is updated.',
    ],
  } satisfies Readonly<Record<string, readonly [label: string, help: string]>>,
};
