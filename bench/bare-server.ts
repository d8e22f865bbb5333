import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// What Node alone can do: this reads the same JSON, keeps nothing, and answers 202. Every ingest
// figure is compared with it.
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    text += chunk;
  });
  request.on('end', () => {
    JSON.parse(text);
    response.writeHead(202, { 'Content-Type': 'text/plain', 'Content-Length': 2 });
    response.end('ok');
  });
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`),
);
