/** Runs `run` so that whatever it throws is said in the console, and never reaches the page. */
export function quietly<Args extends unknown[]>(
  run: (...args: Args) => void,
): (...args: Args) => void {
  return (...args) => {
    try {
      run(...args);
    } catch (error) {
      console.warn('daybook:', error);
    }
  };
}
