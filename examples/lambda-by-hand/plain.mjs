import { randomUUID } from 'node:crypto';

const { DAYBOOK_URL, DAYBOOK_KEY, DAYBOOK_SITE = 'example.com' } = process.env;

const waitMs = Number(process.env.DAYBOOK_WAIT_MS ?? 500);

/** An event of a function URL or of an HTTP API (payload 2.0). */
export async function handler({ rawPath, headers, requestContext }) {
  await count(rawPath, headers, requestContext.http.sourceIp);
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'text/html' },
    body: `<!doctype html><title>By hand</title><p>This is ${encodeURI(rawPath)}`,
  };
}

/** A view that could not be sent is lost, and the page is answered all the same. */
async function count(path, headers, address) {
  const sending = new URLSearchParams({ site: DAYBOOK_SITE, id: randomUUID() });
  try {
    const answer = await fetch(`${DAYBOOK_URL}/analytics?${sending}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Forwarded-For': address,
        ...(DAYBOOK_KEY !== undefined && { Authorization: `Bearer ${DAYBOOK_KEY}` }),
      },
      body: JSON.stringify({
        pathname: path,
        userAgent: headers['user-agent'] ?? '',
        language: headers['accept-language']?.split(',')[0],
        referrer: headers.referer,
        title: 'By hand',
      }),
      signal: AbortSignal.timeout(waitMs),
    });
    if (!answer.ok) console.warn(`not counted: ${answer.status} ${await answer.text()}`);
  } catch (error) {
    console.warn(`not counted: ${error.message}`);
  }
}
