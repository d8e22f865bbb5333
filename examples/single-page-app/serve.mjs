// Serves the app: `node serve.mjs PORT`. Every path is the same page.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const port = Number(process.argv[2] ?? 8082);

createServer(async (request, response) => {
  const isScript = request.url === '/app.js';
  const file = isScript ? 'app.js' : 'index.html';
  response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html' });
  response.end(await readFile(new URL(file, import.meta.url)));
}).listen(port, () => console.log(`http://localhost:${port}`));
