import type { ComponentChildren } from 'preact';
import type { MadeLink } from '../api/types.ts';
import { frameSnippet, imageSnippet } from '../model/share.ts';
import { linkMadeTexts } from '../texts/texts.ts';
import { Copy } from '../ui/copy.tsx';

type Props = { readonly link: MadeLink; readonly address: string; readonly domain: string };

/** The address of a new link, which is shown this once, and how pages show it. */
export function LinkMade({ link, address, domain }: Props) {
  const { badge_only, has_password, embed_on } = link;
  const title = linkMadeTexts.visitorsOf(domain);
  return (
    <div class="form link-made">
      <p role="status">{linkMadeTexts.made(link.name)}</p>
      {!badge_only && <Copy text={address} name={linkMadeTexts.address} />}
      {!badge_only && embed_on.length > 0 && (
        <Part title={linkMadeTexts.inPage}>
          <Copy text={frameSnippet(address, title)} name={linkMadeTexts.frame} />
        </Part>
      )}
      {!has_password && (badge_only || embed_on.length > 0) && (
        <>
          <Part title={linkMadeTexts.badge}>
            <Copy text={imageSnippet(address, 'badge', title)} name={linkMadeTexts.ofBadge} />
          </Part>
          <Part title={linkMadeTexts.counter}>
            <Copy text={imageSnippet(address, 'counter', title)} name={linkMadeTexts.ofCounter} />
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
