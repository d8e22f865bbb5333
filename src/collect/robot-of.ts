import { automatedBrowser, referrerSpam } from '../model/robot-kinds.ts';
import type { Candidate } from './candidate.ts';
import type { Agent } from './enrich/agent.ts';
import { robotName } from './enrich/robot-name.ts';
import { isSpam } from './judge.ts';

/**
 * The name of a robot, where its dialect or its site keeps robots' hits: they are rows of no
 * visitor.
 */
export function robotOf(
  candidate: Pick<Candidate, 'keepsRobots' | 'isRobot' | 'referrer' | 'userAgent'>,
  agent: Agent,
): string | undefined {
  if (!candidate.keepsRobots) return undefined;
  if (agent.bot) return robotName(candidate.userAgent);
  if (candidate.isRobot) return automatedBrowser;
  return isSpam(candidate) ? referrerSpam : undefined;
}
