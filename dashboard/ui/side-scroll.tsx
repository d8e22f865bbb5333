import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * For content that may be wider than the page: it scrolls sideways, and fades where there is more.
 */
export function SideScroll({
  class: className = '',
  children,
}: {
  class?: string;
  children: ComponentChildren;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const look = () => {
    // Sizes change while it is being removed, too: then there is nothing to look at any more.
    if (frame.current === null) return;
    const { classList, scrollLeft, scrollWidth, clientWidth } = frame.current;
    classList.toggle('more-before', scrollLeft > 1);
    classList.toggle('more-after', scrollLeft + clientWidth < scrollWidth - 1);
  };
  useEffect(() => {
    const sizes = new ResizeObserver(look);
    sizes.observe(frame.current!);
    for (const child of frame.current!.children) sizes.observe(child);
    return () => sizes.disconnect();
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus
    <div ref={frame} class={`side-scroll ${className}`} tabIndex={0} onScroll={look}>
      {children}
    </div>
  );
}
