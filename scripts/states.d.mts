export type State = { readonly at: string };

export declare const states: Readonly<Record<string, State>>;

export declare function answerOf(
  state: string,
  path: string,
  body: string,
): 'never' | 'gone' | { readonly status: number; readonly body: unknown };
