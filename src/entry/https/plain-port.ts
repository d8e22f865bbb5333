import type { IncomingMessage, RequestListener } from 'node:http';
import type { Challenges } from './authority.ts';

const challengePath = '/.well-known/acme-challenge/';

/** What port 80 answers: the authority's challenges; everything else is sent on to https. */
export function plainAnswers(
  names: readonly string[],
  challenges: Challenges,
  httpsPort: () => number,
): RequestListener {
  return (request, response) => {
    const path = request.url ?? '/';
    if (path.startsWith(challengePath)) {
      const answer = challenges.get(path.slice(challengePath.length));
      response.writeHead(answer === undefined ? 404 : 200, { 'Content-Type': 'text/plain' });
      response.end(answer ?? 'expected a challenge that is open now\n');
      return;
    }
    const port = httpsPort() === 443 ? '' : `:${httpsPort()}`;
    const location = `https://${nameIn(request, names)}${port}${path.startsWith('/') ? path : '/'}`;
    // The method stays: what posts hits there goes on posting.
    response.writeHead(308, { Location: location, 'Content-Length': 0 }).end();
  };
}

/** The name that was asked for, if it is one of ours: nobody is sent to another's. */
function nameIn({ headers }: IncomingMessage, names: readonly string[]): string {
  const asked = headers.host?.replace(/:\d+$/, '').toLowerCase();
  return names.find((name) => name === asked) ?? names[0]!;
}
