import { createServer } from 'node:http';
import { createDaybook } from 'daybook';

const port = Number(process.argv[2] ?? 8084);
const daybook = await createDaybook({ data: './data' });
if (daybook.firstKey !== undefined) console.log(`The owner key, shown once: ${daybook.firstKey}`);

const pages = { '/': 'Home', '/about': 'About' };
const tag = '<script defer src="/js/daybook.v1.js" data-domain="example.com" data-local></script>';

const server = createServer((request, response) => {
  const title = pages[request.url];
  // Everything that is not this app's own is Daybook's: hits, the tracker, the API, the dashboard.
  if (title === undefined || request.headers.host?.startsWith('stats.'))
    return void daybook.listener(request, response);
  response.setHeader('Content-Type', 'text/html');
  response.end(`<title>${title}</title>${tag}<a href="/">Home</a> <a href="/about">About</a>`);
}).listen(port, () => console.log(`http://localhost:${port}`));

for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, () => {
    server.close(() => daybook.close());
    server.closeIdleConnections();
  });
