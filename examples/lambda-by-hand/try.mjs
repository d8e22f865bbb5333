// Calls the function as AWS would, twice: `node try.mjs [FILE]`.
const { handler } = await import(process.argv[2] ?? './index.mjs');

for (const rawPath of ['/', '/about']) {
  const { statusCode, body } = await handler({
    rawPath,
    headers: {
      host: 'example.com',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    },
    requestContext: { http: { sourceIp: '192.0.2.7' } },
  });
  console.log(statusCode, body);
}
