export function noticesOf(
  built: readonly string[],
  title: string,
  about?: Readonly<Record<string, string>>,
): string;
