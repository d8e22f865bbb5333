// Serves this folder: `node serve.mjs PORT`. Any other server of files does as well.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const files = { '/': 'index.html', '/about.html': 'about.html' };
const port = Number(process.argv[2] ?? 8081);

createServer(async (request, response) => {
  const file = files[new URL(request.url, 'http://localhost').pathname];
  response.writeHead(file === undefined ? 404 : 200, { 'Content-Type': 'text/html' });
  response.end(file === undefined ? 'not found' : await readFile(new URL(file, import.meta.url)));
}).listen(port, () => console.log(`http://localhost:${port}`));
