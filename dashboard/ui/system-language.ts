// Where the system has no language (`LANG=C`), Chromium's language is `en-US@posix`. `Intl` does
// not know this tag and throws. uPlot passes it to `Intl` while it loads, so this file is loaded
// first.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US' });
}
