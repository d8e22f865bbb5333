import type { HostileServer } from './server.ts';

/** The site that all hits are sent to. It keeps robots' hits, and the query's `q`. */
export const site = 'hostile.test';

/** Where a text goes in. Gives the status of the answer, 0 where no client could send it. */
export type Input = (server: HostileServer, text: string, nth: number) => Promise<number>;

/** Texts have no half characters in a URL. */
const inUrl = (text: string) => encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));

/** Each text comes from a visitor of its own. */
const addressOf = (nth: number) => `198.51.${100 + Math.floor(nth / 250)}.${1 + (nth % 250)}`;

const robotOf = (text: string) => `${text}bot/1.0 (+https://evil.test/)`;

/** All that an event says of itself. */
const eventFields = (text: string) => ({
  name: 'pageview',
  domain: site,
  url:
    `https://${site}/${inUrl(text)}?utm_source=${inUrl(text)}&utm_medium=${inUrl(text)}` +
    `&utm_campaign=${inUrl(text)}&utm_content=${inUrl(text)}&utm_term=${inUrl(text)}`,
});

const one = (path: string, bodyOf: (text: string, nth: number) => unknown): Input => {
  return (server, text, nth) =>
    server.post(path, bodyOf(text, nth), { 'X-Forwarded-For': addressOf(nth) });
};

const event = (more: (text: string) => object): Input =>
  one('/api/event', (text) => ({ ...eventFields(''), ...more(text) }));

/** The same, as servers and other products' clients say it. */
const umami = (more: (text: string) => object) => (text: string, nth: number) => ({
  type: 'event',
  payload: {
    ...{ website: site, hostname: site, url: '/', ip: addressOf(nth), ...more(text) },
  },
});

const counted = (more: (text: string) => object): Input =>
  one(`/api/v0/count?site=${site}`, (text, nth) => ({
    hits: [{ path: '/', ip: addressOf(nth), ...more(text) }],
  }));

const query = (path: string, more: (text: string) => string): Input => {
  return (server, text, nth) =>
    server.get(`${path}?${more(text)}`, { 'X-Forwarded-For': addressOf(nth) });
};

const deploy = (more: (text: string) => object): Input =>
  one(`/analytics?site=${site}`, (text) => ({ pathname: '/', ...more(text) }));

const setting = (name: string, saying: (text: string) => unknown): Input => {
  return (server, text) => server.put(`/api/v1/sites/${site}`, { [name]: saying(text) });
};

const ofSite = (part: string, bodyOf: (text: string, nth: number) => unknown): Input => {
  return (server, text, nth) => server.post(`/api/v1/sites/${site}/${part}`, bodyOf(text, nth));
};

/** Hits, in every dialect, with the text in each of their fields. */
export const hitInputs: Readonly<Record<string, Input>> = {
  'event: path and tags': one('/api/event', eventFields),
  'event: path as it is': event((text) => ({ url: `https://${site}/${text}` })),
  'event: url': event((text) => ({ url: text })),
  'event: fragment': event((text) => ({ url: `https://${site}/#${text}`, hashMode: true })),
  'event: name': event((name) => ({ name })),
  'event: title': event((title) => ({ title })),
  'event: referrer': event((referrer) => ({ referrer })),
  'event: referrer’s path': event((text) => ({ referrer: `https://evil.test/${text}` })),
  'event: property': event((text) => ({ name: 'Buy', props: { [text]: text } })),
  'event: value': event((text) => ({ name: 'Buy', props: { plan: text } })),
  'event: link': event((url) => ({ name: 'Outbound Link: Click', props: { url } })),
  'event: domain': event((domain) => ({ domain })),
  'event: host name': event((text) => ({ url: `https://${text}/` })),
  'event: language': event((l) => ({ l })),
  'event: id': event((id) => ({ id })),
  'event: currency': event((currency) => ({ name: 'Buy', revenue: { currency, amount: 1 } })),
  'event: user agent': (server, text, nth) =>
    server.post('/api/event', eventFields(''), {
      'X-Forwarded-For': addressOf(nth),
      'User-Agent': robotOf(text),
    }),
  'events: all': one('/api/events', (text, nth) => ({
    events: [
      {
        ...eventFields(text),
        ...{ title: text, referrer: text, props: { [text]: text }, l: text, ip: addressOf(nth) },
      },
    ],
  })),
  'events: user agent': one('/api/events', (text, nth) => ({
    events: [{ ...eventFields(''), userAgent: robotOf(text), ip: addressOf(nth) }],
  })),
  'pixel: title': query('/pixel.gif', (text) => `d=${site}&u=https://${site}/&t=${inUrl(text)}`),
  'pixel: url': query('/pixel.gif', (text) => `d=${site}&u=${inUrl(text)}`),
  'pixel: name': query('/pixel.gif', (text) => `d=${site}&u=https://${site}/&n=${inUrl(text)}`),
  'umami: url': one(
    '/api/send',
    umami((url) => ({ url })),
  ),
  'umami: title': one(
    '/api/send',
    umami((title) => ({ title })),
  ),
  'umami: name': one(
    '/api/send',
    umami((name) => ({ name })),
  ),
  'umami: data': one(
    '/api/send',
    umami((text) => ({ name: 'Buy', data: { [text]: [text] } })),
  ),
  'umami: tag': one(
    '/api/send',
    umami((tag) => ({ tag })),
  ),
  'umami: referrer': one(
    '/api/send',
    umami((referrer) => ({ referrer })),
  ),
  'umami: host name': one(
    '/api/send',
    umami((hostname) => ({ hostname })),
  ),
  'umami: user id': one(
    '/api/send',
    umami((id) => ({ id })),
  ),
  'umami: user agent': one(
    '/api/send',
    umami((text) => ({ userAgent: robotOf(text) })),
  ),
  'umami: batch': one('/api/batch', (text, nth) => [umami((title) => ({ title }))(text, nth)]),
  'goatcounter: path': query('/count', (text) => `site=${site}&p=${inUrl(text)}`),
  'goatcounter: title': query('/count', (text) => `site=${site}&p=/&t=${inUrl(text)}`),
  'goatcounter: referrer': query('/count', (text) => `site=${site}&p=/&r=${inUrl(text)}`),
  'goatcounter: event': query('/count', (text) => `site=${site}&e=true&p=${inUrl(text)}`),
  'goatcounter: site': query('/count', (text) => `p=/&site=${inUrl(text)}`),
  'goatcounter API: path': counted((path) => ({ path })),
  'goatcounter API: title': counted((title) => ({ title })),
  'goatcounter API: user agent': counted((text) => ({ user_agent: robotOf(text) })),
  'goatcounter API: session': counted((session) => ({ session })),
  'deploy: path': deploy((pathname) => ({ pathname })),
  'deploy: title': deploy((title) => ({ title })),
  'deploy: more': deploy((text) => ({ [text]: { [text]: text }, platform: text })),
  'deploy: user agent': deploy((text) => ({ userAgent: robotOf(text) })),
  'deploy: tags': deploy((text) => ({ search: `?utm_source=${text}`, referrer: text })),
};

/** Somebody signs up, who may see the site. */
const signUp = (of: (text: string, nth: number) => object): Input => {
  return async (server, text, nth) => {
    const invited = { method: 'POST', body: JSON.stringify({ role: 'viewer', site }) };
    const made = await server.ask('/api/v1/people/invitations', invited);
    const { token } = (await made.json()) as { readonly token: string };
    const password = 'a long password of the test';
    return server.post('/api/session/sign-up', { token, password, ...of(text, nth) });
  };
};

/** What an owner names. */
export const ownerInputs: Readonly<Record<string, Input>> = {
  'site: domain': (server, domain) => server.post('/api/v1/sites', { domain }),
  'site: domain’s path': (server, text) =>
    server.post('/api/v1/sites', { domain: `other.test/${text}` }),
  'site: aliases': setting('aliases', (text) => [text]),
  'site: time zone': setting('timezone', (text) => text),
  'site: page groups': setting('page_groups', (text) => [`/${text}/**`]),
  'site: excluded pages': setting('excluded_pages', (text) => [`/excluded/${text}`]),
  'site: kept parameters': setting('kept_query_parameters', (text) => [text, 'q']),
  'site: host names': setting('hostnames', (text) => [text]),
  annotation: ofSite('annotations', (text) => ({ date: '2026-01-01', text })),
  'segment: name': ofSite('segments', (name) => ({
    name,
    filters: [['is', 'event:page', ['/']]],
  })),
  'segment: filter': ofSite('segments', (text, nth) => ({
    name: `Filter ${nth}`,
    filters: [['is', 'event:page', [text]]],
  })),
  'shared link: name': ofSite('shared-links', (name) => ({ name })),
  'shared link: embedded on': ofSite('shared-links', (text, nth) => ({
    name: `Embedded ${nth}`,
    embed_on: [`https://${text}.test`],
  })),
  'shared link: filter': ofSite('shared-links', (text, nth) => ({
    name: `Filter ${nth}`,
    filters: [['contains', 'event:page', [text]]],
  })),
  'goal: event': (server, text, nth) =>
    server.put('/api/v1/sites/goals', {
      ...{ site_id: site, goal_type: 'event', event_name: text, display_name: `Event ${nth}` },
    }),
  'goal: page': (server, text, nth) =>
    server.put('/api/v1/sites/goals', {
      ...{ site_id: site, goal_type: 'page', page_path: `/${text}`, display_name: `Page ${nth}` },
    }),
  'goal: name': (server, text, nth) =>
    server.put('/api/v1/sites/goals', {
      ...{ site_id: site, goal_type: 'event', event_name: `Named ${nth}`, display_name: text },
    }),
  'custom property': (server, property) =>
    server.put('/api/v1/sites/custom-props', { site_id: site, property }),
  'key: name': (server, name) => server.post('/api/v1/keys', { name, scope: 'read', site }),
  'person: name': signUp((name, nth) => ({ name, email: `person-${nth}@hostile.test` })),
  'person: e-mail': signUp((text) => ({ name: 'Of the test', email: `${text}@hostile.test` })),
  erasure: (server, text) =>
    server.post(`/api/v1/sites/${site}/erasures`, { page: `/erased/${text}` }),
};
