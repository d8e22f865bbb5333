import type { ComponentChildren } from 'preact';
import type { View } from '../model/address.ts';
import { addressOf, go } from '../state/app-state.ts';

type Props = {
  readonly to: Partial<View>;
  readonly class?: string;
  readonly current?: boolean;
  readonly children: ComponentChildren;
};

/** A link to another view. It is a real link, so that it can be opened in a new tab. */
export function Link({ to, current, children, ...rest }: Props) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    event.preventDefault();
    go(to);
  };
  return (
    <a {...rest} href={addressOf(to)} aria-current={current ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  );
}
