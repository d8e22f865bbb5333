import type { Category } from '../../src/collect/enrich/source-table.ts';
import type { Drawing } from './drawings.ts';

/** One of Simple Icons by its slug (`logo:github`), or a drawing of our own. */
export type PictureName = Drawing | `logo:${string}`;

type Names = Readonly<Record<string, PictureName>>;

/** What has pictures of these is shown with them; countries have flags. */
export type Pictured = 'source' | 'browser' | 'system' | 'device';

/**
 * The services with a logo that may be used, and that can be made out at 16 pixels, by the names in
 * the server's table of sources. Of the others a drawing shows what kind they are.
 */
export const sourceLogos: Names = logos(`
  Google=google DuckDuckGo=duckduckgo Baidu=baidu Ecosia=ecosia Brave=brave Qwant=qwant
  Startpage=startpage Kagi=kagi Naver=naver Mojeek=mojeek Perplexity=perplexity Claude=claude
  DeepSeek=deepseek Gemini=googlegemini Facebook=facebook Messenger=messenger Instagram=instagram
  Threads=threads WhatsApp=whatsapp Twitter=x Reddit=reddit TikTok=tiktok Snapchat=snapchat
  Pinterest=pinterest Telegram=telegram Discord=discord Mastodon=mastodon Bluesky=bluesky
  Hacker_News=ycombinator Product_Hunt=producthunt Quora=quora Tumblr=tumblr
  VKontakte=vk Odnoklassniki=odnoklassniki Weibo=sinaweibo WeChat=wechat Zhihu=zhihu
  KakaoTalk=kakaotalk Viber=viber Signal=signal LINE=line XING=xing Meetup=meetup
  Goodreads=goodreads Letterboxd=letterboxd DeviantArt=deviantart Behance=behance
  Dribbble=dribbble Flickr=flickr Linktree=linktree Steam=steam YouTube=youtube Vimeo=vimeo
  Twitch=twitch Dailymotion=dailymotion Bilibili=bilibili Rumble=rumble Odysee=odysee
  Netflix=netflix Niconico=niconico Kick.com=kick Gmail=gmail iCloud=icloud
  Proton_Mail=protonmail Tuta=tuta Mailchimp=mailchimp Etsy=etsy Target.com=target
  Shopify=shopify Shopee=shopee Zalando=zalando Google_News=googlenews
  Apple_News=applenews Flipboard=flipboard Feedly=feedly Instapaper=instapaper
  daily.dev=dailydotdev Medium.com=medium Substack=substack Wikipedia=wikipedia GitHub=github
  GitLab=gitlab Stack_Overflow=stackoverflow Stack_Exchange=stackexchange npm=npm PyPI=pypi
  Docker_Hub=docker Hugging_Face=huggingface MDN=mdnwebdocs DEV_Community=devdotto arXiv=arxiv
  Google_Scholar=googlescholar Google_Maps=googlemaps Google_Translate=googletranslate
  Internet_Archive=internetarchive Fandom=fandom IMDb=imdb Trustpilot=trustpilot
  Tripadvisor=tripadvisor Yelp=yelp Google_Docs=googledocs Google_Drive=googledrive
  Google_Chat=googlechat Google_Meet=googlemeet Google_Classroom=googleclassroom Notion=notion
  Trello=trello Atlassian=atlassian Figma=figma HubSpot=hubspot
`);

/** Sources of each kind that have no logo. */
export const ofKind: Readonly<Record<Category, Drawing>> = {
  search: 'search',
  ai: 'ai',
  social: 'social',
  video: 'video',
  email: 'email',
  shopping: 'shopping',
  display: 'display',
  news: 'news',
  reference: 'reference',
  work: 'work',
};

const browsers: Names = {
  ...logos(`
    Chrome=googlechrome Chromium=googlechrome Safari=safari Firefox=firefoxbrowser
    Firefox_Focus=firefoxbrowser Klar=firefoxbrowser Opera=opera Brave=brave
    DuckDuckGo=duckduckgo
  `),
  'Mobile App': 'app',
};

const systems: Names = {
  ...logos(`
    Mac=apple iOS=apple Chrome_OS=googlechrome GNU/Linux=linux Ubuntu=ubuntu Arch=archlinux
    CentOS=centos RedHat=redhat SUSE=suse OpenSUSE=opensuse Manjaro=manjaro FreeBSD=freebsd
    OpenBSD=openbsd Raspbian=raspberrypi PlayStation=playstation BlackBerry=blackberry
  `),
  Windows: 'panes',
  Android: 'phone',
  HarmonyOS: 'phone',
  KaiOS: 'phone',
  'Windows Phone': 'phone',
};

const devices: Names = {
  Mobile: 'phone',
  Tablet: 'tablet',
  Laptop: 'laptop',
  Desktop: 'desktop',
};

export const pictureNames: Readonly<Record<Exclude<Pictured, 'source'>, Names>> = {
  browser: browsers,
  system: systems,
  device: devices,
};

/** For a value that has no picture of its own. */
export const otherwise: Readonly<Record<Pictured | 'country' | 'tag' | 'direct', Drawing>> = {
  source: 'globe',
  tag: 'tag',
  direct: 'direct',
  browser: 'window',
  system: 'chip',
  device: 'desktop',
  country: 'globe',
};

/** `Name=slug Other_name=slug`. */
function logos(list: string): Names {
  const pairs = list.trim().split(/\s+/);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', slug] = pair.split('=');
      return [name.replaceAll('_', ' '), `logo:${slug}` as const];
    }),
  );
}
