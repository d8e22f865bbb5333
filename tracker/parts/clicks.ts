import type { Options, Track } from '../options.ts';
import type { Listen } from '../page-tracker.ts';
import { marksOf } from './marks.ts';

/** Links to files with these endings are downloads. */
export const endings =
  'pdf|xlsx?|docx?|txt|rtf|csv|exe|key|pp[ts]x?|7z|pkg|rar|gz|zip|avi|mov|mp4|mpe?g|wmv|midi?|' +
  'mp3|wav|wma|dmg';

/** Clicks on what is marked as an event, on links to other hosts and on links to files. */
export function watchClicks(options: Options, call: Track, listen: Listen): void {
  const clicked = (event: Event) => {
    // The middle button opens a link too.
    if (event.type === 'auxclick' && (event as MouseEvent).button !== 1) return;
    const path = event.composedPath() as HTMLAnchorElement[];
    const link = path.find(({ href, host }) => href && host);
    // A form that is marked is meant when it is sent.
    for (const element of path) {
      const { name, options: given } = marksOf(element);
      if (name && element.tagName !== 'FORM') {
        const url = element === link ? { url: link.href } : {};
        call(name, Object.assign(given, { props: Object.assign(url, given.props) }));
        return;
      }
    }
    if (!link || !/^http/.test(link.protocol)) return;
    const url = link.href.split('?')[0]!;
    const { fileDownloads: files, outboundLinks } = options;
    const own = files && ((files as { fileExtensions?: string[] }).fileExtensions || files);
    const asked = own === true ? endings : String(own).replace(/[\s,]+/g, '|');
    if (outboundLinks && link.host !== location.host)
      call('Outbound Link: Click', { props: { url: link.href } });
    else if (files && new RegExp(`\\.(${asked})$`, 'i').test(link.pathname))
      call('File Download', { props: { url } });
  };
  listen('click', clicked, document);
  listen('auxclick', clicked, document);
}
