import type { World } from '../../http/world.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Notify } from '../../notify/notify.ts';
import { openNotifying, readNotify } from '../notify.ts';

/** What is wrong in the environment is left out, and said: all else is worth more than mails. */
export function lambdaNotify(world: World, env: NodeJS.ProcessEnv): Notify {
  try {
    return openNotifying(world, readNotify(env, { publicUrl: world.publicUrl }));
  } catch (error) {
    world.log.error(`${messageOf(error)}; no mails are sent`);
    return openNotifying(world, { allowsPrivate: false });
  }
}
