import type { Salts } from '../home/home.ts';
import { canonicalAddress } from '../lib/address.ts';
import { refusedField } from '../lib/refused-fields.ts';
import type { Day } from '../lib/site-days.ts';
import { visitorId } from './enrich/visitor.ts';
import type { VisitorTraits } from './visitors.ts';

/** Who a browser was on a day, and when that can be told no longer. */
export type AskedVisitor = {
  readonly day: Day;
  readonly visitor: string;
  readonly untilMs: number;
};

/**
 * The address and user agent that somebody asks about. Throws `bad-input` that names the field, and
 * repeats neither.
 */
export function readTraits(address: string, userAgent: string): VisitorTraits {
  const canonical = canonicalAddress(address.trim());
  if (canonical === undefined)
    throw refusedField('address', 'expected an IP address such as 192.0.2.7 or 2001:db8::1');
  if (userAgent.trim() === '')
    throw refusedField('user_agent', 'expected the user agent as the browser sends it');
  return { address: canonical, userAgent: userAgent.trim() };
}

/**
 * The visitors of a site that have this address and user agent, one for each day whose salt still
 * exists. What of them was stored, their hits say; others behind that address with the same user
 * agent are the same visitor.
 */
export async function askedVisitors(
  salts: Pick<Salts, 'list'>,
  siteId: string,
  { address, userAgent }: VisitorTraits,
  nowMs: number,
): Promise<readonly AskedVisitor[]> {
  return (await salts.list(siteId, nowMs)).map(({ day, salt, destroyAtMs }) => {
    const visitor = visitorId(salt, address, userAgent);
    salt.fill(0);
    return { day, visitor, untilMs: destroyAtMs };
  });
}
