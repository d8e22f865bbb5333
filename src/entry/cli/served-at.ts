import type { Home } from '../../home/home.ts';
import { servedAt } from '../process-lease.ts';
import { readPublicUrl } from '../public-url.ts';

/** Where the pages of this data are: as the owner has said, else where it is served or was last. */
export async function addressOfServer(home: Home): Promise<string> {
  const { publicUrl = await servedAt(home) } = readPublicUrl(process.env);
  return publicUrl ?? 'http://localhost:7070';
}
