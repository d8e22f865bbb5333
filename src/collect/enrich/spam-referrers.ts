import { boundedMap } from '../../lib/bounded-map.ts';

/** Sites known for referring nobody: they send made-up visits to be looked up in reports. */
const spammers: ReadonlySet<string> = new Set(
  `  100dollars-seo.com 4webmasters.org 7makemoneyonline.com adviceforum.info amanda-porn.ga
  anticrawler.org baixar-musicas-gratis.com bartikus.site best-seo-offer.com best-seo-solution.com
  bestsub.com bestwebsitesawards.com black-friday.ga blackhatworth.com boltalko.xyz
  bot-traffic.icu bot-traffic.xyz bottraffic.live bottraffic4free.club bottraffic4free.host
  brakehawk.com burger-imperia.com buttons-for-website.com buttons-for-your-website.com
  buy-cheap-online.info bycontext.com cartechnic.ru cenoval.ru chinese-amezon.com
  compliance-alex.xyz cyber-monday.ga dailyrank.net darodar.com depositfiles-porn.ga dertus.site
  descargar-musica-gratis.net domination.ml e-buyeasy.com econom.co erot.co event-tracking.com
  fbdownloader.com fertuk.site floating-share-buttons.com forum69.info free-floating-buttons.com
  free-share-buttons.com free-social-buttons.com generalporn.org get-free-social-traffic.com
  get-free-traffic-now.com googlsucks.com grets.store guardlink.org howtostopreferralspam.eu
  hulfingtonpost.com humanorightswatch.org hundejo.com hvd-store.com ilovevitaly.co
  ilovevitaly.com ilovevitaly.ru iskalko.ru kambasoft.com keywords-monitoring-your-success.com
  lombia.co lumb.co luxup.ru makemoneyonline.com mantero.online meendo-free-traffic.ga
  monetizationking.net net-profits.xyz o-o-6-o-o.com o-o-6-o-o.ru o-o-8-o-o.com o-o-8-o-o.ru
  pizza-imperia.com pizza-tycoon.com pornhub-forum.ga pornhubforum.tk priceg.com
  qualitymarketzone.com rankings-analytics.com ranksonic.info ranksonic.org razas.site rida.tokyo
  rusexy.xyz sanjosestartups.com savetubevideo.com screentoolkit.com seders.website
  see-your-website-here.com semalt.com semalt.net semaltmedia.com seoanalyses.com
  share-buttons.xyz sharebutton.net sharebutton.to simple-share-buttons.com site-auditor.online
  sitevaluation.org slftsdybbg.ru smailik.org snip.to snip.tw social-buttons.com srecorder.co
  success-seo.com superiends.org theguardlan.com torture.ml traffic2money.com trafficbot.life
  trafficbot.live trafficmonetize.org trafficmonetizer.org uptimebot.net uptimechecker.com
  videos-for-your-business.com vodkoved.ru webmaster-traffic.com webmonetizer.net
  website-analyzer.info websites-reviews.com wmasterlead.com xn--lifehacer-1rb.com
  xn--oogle-wmc.com youporn-forum.ga yourserverisdown.com`
    .trim()
    .split(/\s+/),
);

const remembered = boundedMap<string, boolean>(5_000);

const rememberedChars = 200;

/**
 * Whether a referrer (a URL, or a host with or without a path) is of a known spammer or a subdomain
 * of one. Answers for short ones are remembered: many hits have the same.
 */
export function isSpamReferrer(referrer: string): boolean {
  const known = remembered.get(referrer);
  if (known !== undefined) return known;
  const isSpam = isOfSpammer(referrer);
  if (referrer.length <= rememberedChars) remembered.set(referrer, isSpam);
  return isSpam;
}

function isOfSpammer(referrer: string): boolean {
  const host = /^(?:[a-z][a-z\d+.-]*:\/\/)?(?:[^/?#@]*@)?([^/?#:]*[^/?#:.])/i
    .exec(referrer)?.[1]
    ?.toLowerCase();
  if (host === undefined) return false;
  // The last two labels are enough: no spammer in the table has more.
  const dot = host.lastIndexOf('.', host.lastIndexOf('.') - 1);
  return spammers.has(host.slice(dot + 1));
}
