// Does what Lambda's own runtime does: loads the function in a folder, and passes it one event
// after another. `functions.ts` starts this in a process with an empty environment, in a folder
// outside of the repository.
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
