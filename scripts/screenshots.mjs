// Takes the screenshots in docs/images again, with a real server, invented traffic and a real
// Chromium. Needs a build.
import { root, withModule } from './load-ts.mjs';

await withModule('/test/support/browser/screenshots.ts', ({ takeScreenshots }) =>
  takeScreenshots(`${root}docs/images`, (line) => process.stdout.write(`${line}\n`)),
);
await withModule('/test/support/browser/mail-pictures.ts', ({ takeMailPictures }) =>
  takeMailPictures(`${root}docs/images`, (line) => process.stdout.write(`${line}\n`)),
);
