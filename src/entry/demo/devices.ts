import { readAgent } from '../../collect/enrich/agent.ts';
import type { Weighted } from './chance.ts';
import type { Device } from './visits.ts';

/** As many of the most common ones as make a believable spread. */
const commonest = 400;

/** Real browsers as they are in use. The package is large: it is loaded only here. */
export async function loadDevices(): Promise<Weighted<Device>> {
  const { default: UserAgent } = await import('user-agents');
  return UserAgent.top(commonest)
    .filter(({ userAgent }) => !readAgent(userAgent).bot)
    .map(
      ({ userAgent, screenWidth, weight }) =>
        [{ userAgent, screenWidthPx: screenWidth }, weight] as const,
    );
}
