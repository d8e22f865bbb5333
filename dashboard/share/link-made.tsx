import type { ComponentChildren } from 'preact';
import type { MadeLink } from '../api/types.ts';
import { frameSnippet, imageSnippet } from '../model/share.ts';
import { Copy } from '../ui/copy.tsx';

type Props = { readonly link: MadeLink; readonly address: string; readonly domain: string };

/** The address of a new link, which is shown this once, and how pages show it. */
export function LinkMade({ link, address, domain }: Props) {
  const { badge_only, has_password, embed_on } = link;
  return (
    <div class="form link-made">
      <p role="status">
        “{link.name}” is made. Copy its address now: it is kept nowhere, so it is not shown again.
      </p>
      {!badge_only && <Copy text={address} name="the address" />}
      {!badge_only && embed_on.length > 0 && (
        <Part title="In a page">
          <Copy text={frameSnippet(address, `Visitors of ${domain}`)} name="the frame" />
        </Part>
      )}
      {!has_password && (badge_only || embed_on.length > 0) && (
        <>
          <Part title="Badge">
            <Copy text={imageSnippet(address, 'badge', `Visitors of ${domain}`)} name="the badge" />
          </Part>
          <Part title="Counter">
            <Copy
              text={imageSnippet(address, 'counter', `Visitors of ${domain}`)}
              name="the counter"
            />
          </Part>
        </>
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="snippet">
      <h3>{title}</h3>
      {children}
    </div>
  );
}
