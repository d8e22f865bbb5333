import { createClient, forExpress } from 'daybook-node';
import express from 'express';

const port = Number(process.argv[2] ?? 8083);
const app = express();
const daybook = createClient({
  url: process.env.DAYBOOK_URL ?? 'http://localhost:7070',
  key: process.env.DAYBOOK_KEY ?? '',
  domain: process.env.DAYBOOK_SITE ?? 'example.com',
  onLoss: ({ count, reason, message }) =>
    console.error(`${count} lost: ${reason} ${message ?? ''}`),
});
app.use(forExpress(daybook));
app.get('/', (_, response) => response.send('<title>Home</title><a href="/about">About</a>'));
app.get('/about', (_, response) => response.send('<title>About</title><a href="/">Home</a>'));
app.listen(port, () => console.log(`http://localhost:${port}`));
