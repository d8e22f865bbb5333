import type { Context } from 'hono';
import { roleOn } from '../../account/roles.ts';
import type { Site } from '../../account/site.ts';
import { DaybookError } from '../../lib/errors.ts';
import type { Asker } from '../asker.ts';
import type { World } from '../world.ts';
import { siteOfRequest } from './count.ts';

/** The site that a reader names, else the host's or the default one; if it is of theirs. */
export async function siteToRead(
  world: Pick<World, 'sites'>,
  { c, asker }: { readonly c: Context; readonly asker: Asker },
  name: string | undefined,
): Promise<Site> {
  const { sites } = world;
  const found =
    name === undefined
      ? ((await siteOfRequest(world, c, undefined)) ?? (await sites.findDefault()))
      : await sites.find(name);
  if (found === undefined || roleOn(asker.rights, found.id) === undefined)
    throw new DaybookError('not-found', 'there is no such site; name one with ?site=');
  return found;
}
