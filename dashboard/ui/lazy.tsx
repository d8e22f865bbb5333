import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { shellTexts } from '../texts/texts.ts';

/** A component that is loaded when it is shown first. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [, show] = useState(false);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (component) => {
          loaded = component;
          show(true);
        },
        () => setFailed(true),
      );
    }, []);
    if (failed) return <p class="notice">{shellTexts.notLoaded}</p>;
    const Shown = loaded;
    return Shown === undefined ? <div aria-busy="true" /> : <Shown {...props} />;
  };
}
