// Where a system has no language (`LANG=C`), Chromium calls it `en-US@posix`. `Intl` knows no such
// tag and throws; uPlot asks for it as it loads, so this is loaded before.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US' });
}
