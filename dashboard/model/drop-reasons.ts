type Explanation = { readonly title: string; readonly words: string };

/** Why a hit was not counted, in plain words, and what to do about it. */
const explanations: Readonly<Record<string, Explanation>> = {
  invalid: {
    title: 'Not readable',
    words: 'The request was not in a form Daybook knows. The answer to it says what was expected.',
  },
  'unknown-site': {
    title: 'Unknown site',
    words:
      'The hit named a site that is not in Daybook. ' +
      'Check data-domain in the snippet, or add the site.',
  },
  bot: {
    title: 'Bot',
    words:
      'The user agent is that of a crawler, a monitor, a script or a browser without a window.',
  },
  identify: {
    title: 'Who a visitor is',
    words: 'Umami’s clients send who a visitor is to your site. Daybook does not keep it.',
  },
  performance: {
    title: 'How fast a page was',
    words: 'Umami’s clients send how long a page took to load. Daybook does not keep it.',
  },
  'opted-out': {
    title: 'Asked not to be counted',
    words: 'The browser sent Do Not Track or Global Privacy Control, and this site honours that.',
  },
  'excluded-ip': {
    title: 'Excluded address',
    words: 'It came from an address in this site’s list of excluded addresses; your own, perhaps.',
  },
  'excluded-page': {
    title: 'Excluded page',
    words: 'The page is in this site’s list of excluded pages.',
  },
  hostname: {
    title: 'Other host name',
    words: 'The page is on a host whose hits this site’s settings do not take.',
  },
  'excluded-country': {
    title: 'Excluded country',
    words: 'It came from a country in this site’s list of excluded countries.',
  },
  'spam-referrer': {
    title: 'Spam',
    words: 'The referrer is known for made-up visits.',
  },
  'too-late': {
    title: 'Too late',
    words: 'It told of time spent on a page whose day had ended and is no longer changed.',
  },
  'invalid-revenue': {
    title: 'Revenue left out',
    words:
      'The hit was counted without its revenue: a currency of three letters and a plain decimal ' +
      'amount were expected.',
  },
  'too-old': {
    title: 'Too old',
    words: 'It is of a day that this site’s settings keep no longer.',
  },
};

export function explainDrop(reason: string): Explanation {
  return Object.hasOwn(explanations, reason) ? explanations[reason]! : { title: reason, words: '' };
}
