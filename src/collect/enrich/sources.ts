import { boundedMap } from '../../lib/bounded-map.ts';
import { cutText } from '../../lib/cut-text.ts';
import { type Channel, channelOf } from './channels.ts';
import { sourceOfHost, sourceOfTag } from './known-sources.ts';
import { bareHostname, hostOfDomain, type Tags } from './page-url.ts';
import type { KnownSource } from './source-table.ts';

export type Arriving = {
  /** As the browser said it: a whole URL, or nothing. */
  readonly referrer?: string | undefined;
  /** The host of the page, as `readPageUrl` gives it. */
  readonly ownHostname: string;
  /** The domain of its site. */
  readonly ownDomain: string;
  readonly tags: Tags;
};

/** Where a visit came from. */
export type Origin = {
  /** Host and path of another site, without scheme, `www.`, query and a slash at the end. */
  readonly referrer?: string;
  /** Absent means direct. */
  readonly source?: string;
  readonly channel: Channel;
};

type Source = {
  readonly name: string;
  readonly known: KnownSource | undefined;
  readonly advertised: boolean;
};

type Referrer = { readonly host: string; readonly page: string; readonly source: Source };

const maxReferrerChars = 2_000;

/** Browsers say little more than the host, so that the same few come again and again. */
const rememberedReferrers = 2_000;

const maxRememberedChars = 200;

const remembered = boundedMap<string, Referrer | 'none'>(rememberedReferrers);

/**
 * The source is what the page's query says (`utm_source`, else `source`, else `ref`), since who
 * tagged a link knows more than the browser, as Plausible and Google Analytics have it too; else
 * the service or host that referred; else the network whose click id it carries. A page of the same
 * host, or of the site's own domain, is no referrer.
 */
export function readSource({ referrer, ownHostname, ownDomain, tags }: Arriving): Origin {
  const read = referrer ? readReferrer(referrer) : 'none';
  const isOwn =
    read === 'none' || read.host === ownHostname || read.host === hostOfDomain(ownDomain);
  const from = isOwn ? undefined : read;
  const source = sourceByTag(tags) ?? from?.source ?? sourceByClickId(tags);
  const channel = channelOf({
    source: source?.name.toLowerCase() ?? '',
    category: source?.known?.category,
    medium: tags.utmMedium?.toLowerCase() ?? '',
    campaign: tags.utmCampaign?.toLowerCase() ?? '',
    advertised: source?.advertised === true || isAdClick(source?.known, tags),
  });
  return {
    ...(from !== undefined && { referrer: from.page }),
    ...(source !== undefined && { source: source.name }),
    channel,
  };
}

function sourceByTag({ utmSource }: Tags): Source | undefined {
  if (utmSource === undefined || utmSource === '(direct)') return undefined;
  const tagged = sourceOfTag(utmSource);
  return {
    name: tagged?.known.name ?? utmSource,
    known: tagged?.known,
    advertised: tagged?.paid ?? false,
  };
}

function sourceByHost(host: string): Source {
  const known = sourceOfHost(host);
  return { name: known?.name ?? host, known, advertised: false };
}

function sourceByClickId({ clickId }: Tags): Source | undefined {
  if (clickId === undefined) return undefined;
  return { name: clickId.source, known: sourceOfTag(clickId.source)?.known, advertised: true };
}

/**
 * A link copied from an ad and posted elsewhere keeps its click id: it counts only where such ads
 * are shown.
 */
function isAdClick(source: KnownSource | undefined, { clickId }: Tags): boolean {
  return source !== undefined && clickId?.categories.includes(source.category) === true;
}

function readReferrer(referrer: string): Referrer | 'none' {
  if (referrer.length > maxRememberedChars) return parseReferrer(referrer);
  const known = remembered.get(referrer);
  if (known !== undefined) return known;
  const read = parseReferrer(referrer);
  remembered.set(referrer, read);
  return read;
}

/** `none` for what is neither a web page nor an app. */
function parseReferrer(referrer: string): Referrer | 'none' {
  if (!/^(?:https?|android-app):\/\//i.test(referrer)) return 'none';
  let url: URL;
  try {
    url = new URL(cutText(referrer, maxReferrerChars));
  } catch {
    return 'none';
  }
  const host = bareHostname(url.hostname);
  if (host === '' || isLoopback(host)) return 'none';
  return { host, page: host + withoutSlashes(url.pathname), source: sourceByHost(host) };
}

/** This machine, whichever: a developer's page is no source. */
const isLoopback = (host: string) =>
  /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\])$/.test(host);

/** A regular expression would take quadratic time on a path of many slashes. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}
