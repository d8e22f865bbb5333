// What Lambda's own runtime does: loads the function of a folder, and gives it one event after
// another. Started by `functions.ts` in a process with an empty environment, from a folder outside
// of the repository.
const { handler } = await import(process.argv[2]);

let turn = Promise.resolve();
process.on('message', ({ id, event }) => {
  turn = turn.then(async () => {
    try {
      process.send({ id, answer: await handler(event) });
    } catch (error) {
      process.send({ id, error: String(error) });
    }
  });
});
process.send({ ready: true });
