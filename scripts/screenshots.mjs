// Takes the pictures of docs/images again: a real server with invented traffic, a real Chromium.
// Needs a build.
import { root, withModule } from './load-ts.mjs';

await withModule('/test/support/browser/screenshots.ts', ({ takeScreenshots }) =>
  takeScreenshots(`${root}docs/images`, (line) => process.stdout.write(`${line}\n`)),
);
