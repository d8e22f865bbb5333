// Written by scripts/robot-lists.mjs, from the package crawler-user-agents 1.60.0 (MIT).

/** Robots' names by what they are for. */
export const robotLists: Readonly<Record<string, string>> = {
  'AI answers': `
    Amzn-SearchBot|Amzn-User|Aranet-SearchBot|AzureAI-SearchBot|ChatGPT-User|Claude-SearchBot|
    Claude-User|DuckAssistBot|Gemini-Deep-Research|Google-NotebookLM|iAskBot|kagi-fetcher|
    LinerBot|MistralAI-User|OAI-SearchBot|Perplexity-User|PerplexityBot|PerplexityUser|PhindBot|
    TavilyBot`,
  'AI training': `
    AI2Bot|Anomura|anthropic-ai|ApifyBot|ApifyWebsiteContentCrawler|atlassian-bot|bigsur.ai|
    Brightbot|Bytespider|CCBot|Channel3Bot|ChatGLM-Spider|claudebot|ClaudeBot|Cloudflare-AutoRAG|
    cohere-ai|cohere-training-data-crawler|crawl4ai-adapter|DeepSeekBot|Devin|ExteContextCrawl|
    FacebookBot|FirecrawlAgent|Flyriverbot|Google-CloudVertexBot|Google-Extended|GPTBot|HenkBot|
    iaskspider|ImageMind|imageSpider|img2dataset|Intelligent Bot|Kangaroo Bot|KendraBot|
    KunatoCrawler|laion-huggingface-processor|linkReader|LinkupBot|meta-externalagent|newsai|
    Novellum|Poggio-Citations|SBIntuitionsBot|semantic-visions-discovery|
    semantic-visions.com crawler|ShapBot|Spawning-AI|TerraCotta|Thinkbot|TikTokSpider|
    TSM-turingos-1253296984|ZanistaBot`,
  Advertising: `
    A360-Search|adbeat.com|adbeat_bot|AdkernelTopicCrawler|Ads.txt Crawler|AdsBot-Google|
    AdsBot-Google-Mobile|AdsBot-Google-Mobile-Apps|AdsBot-IAB|adscanner|AdsTxtCrawler|AdvBot|
    Amazing-SearchBot|AmazonAdBot|AudigentAdBot|AwarioRendererBot|BaiduAdsBot|bidswitchbot|
    channable|ContentScan|ContextAd Bot|ContextualBot|CriteoBot|cXensebot|CybaaBot|ds9|DVbot|
    EcoVadisSustainabilityBot|Eyeotabot|EzLynx|EzoicBot-Nicheiq|EzoicBot-UptimeOwl|
    facebookcatalog|Google-Ads-Conversions|Google-AdWords-Express|Google-Adwords-Instant|
    GrapeshotCrawler|GroovinaAdsbot|ias_crawler|Impact.com Agent|Intelligence Bot|Java|
    KargoBot-Artemis-Mobile|McontextualBot|Mediapartners-Google|MediavineMetadataParser|
    meta-externalads|MgidBot|MixrankBot|moatbot|mutant server|NanoInteractive|
    Netcraft Web Server|NetSeer crawler|NewsRoom.BI|NostoCrawlerBot|OutclicksBot|Owler|
    peer39_crawler|Pixalate.com|productsup.io crawler|proximic|PulsePoint-Crawler|Quantcastbot|
    Qwarrybot|scope3.com|Semantic Analyzer|SirdataBot|SmartologyBot|SnapchatAds|SpringserveBot|
    Taboolabot|tracking-quality-spider|TTD-Content|uipbot|Verity|VoluumDSP-content-bot|
    web scraper|webgains-bot|weborama-fetcher|webspidermount|wknd-bot|Yahoo monitoring`,
  Archive: `
    archive.org_bot|ArchiveBot|ArchiveBox|Arquivo-web-crawler|ArquivoBot|Authory|bl.uk_lddc_bot|
    bl.uk_ldfc_bot|bne.es_bot|bnf.fr_bot|BnFBot|Congress|CyotekHTTP|France Crawler|heritrix|
    ia_archiver|ia_archiver-web.archive.org|kaikki.org-digital-archive|kb.dk_bot|LAC_IAHarvester|
    LinkAce|LinkArchiver|Metadata|Miniature.io|MirrorWebCrawler|MSIECrawler|NLNZ_IAHarvester2024|
    NLUX_IAHarvester|SiteSucker|SmarshBot|special_archiver|sukibot_heritrix|
    UM-Bentley-Archive-It|WebCapture|WebCopier|WebZIP|XY-Archive-Compliance-Archiver|
    XY-Archive-Compliance-Crawler`,
  'Automated browser': `
    Amazon-Bedrock-AgentCore-Browser|AmazonBuyForMe|Anchor Browser|bl.uk_lddc_renderbot|Code|
    Fluid|Google-Agent|Google-Gemini-CLI|GoogleAgent-Mariner|HeadlessChrome|Inspector|Manus-User|
    opencode-smartfetch|Playwright|Selenium|splash|TestLocally|Trae|TwinAgent`,
  'Feed reader': `
    1.3-dev Feed|AllAfrica|Atom Feed|AwarioRssBot|BazQux|BestChange|BestChange Bot|BlingERP|
    Bloglines|Blogtrottr|CapitalOneBot|Casts Feed|Collapsify|CommaFeed|compatibl|
    Cozi-iCalendar-FeedReader|Current|dlvr.it|everyfeed-spider|Feed-Fetcher|feed-id|Feedbin|
    feedbot|FeedBurner|Feeder|feeder.co|Feedfetcher-Google|FeedFetcher-Google|FeedFlow|FeedlyBot|
    Feedsearch Bot|Feedsearch-Crawler|Feedspotbot|Feedwind|Fever Feed|FlipboardRSS|g2reader-bot|
    Index Bot|Innologica|inoreader.com|MagpieRSS|MailChimp|Miniflux|MonitoRSS|Netvibes crawler|
    NewsBlur Feed|NewsBot|NextCloud-News|OpenRSS|Page2RSS|PodchaserParser|Podimo|Protopage|qcbot|
    RSS|RSS-Feed-Parser|rss-is-dead.lol web bot|rss-parser|RSS.Social|rss2tg bot|RSSAPI|Rssbot|
    rssbot|RSSingBot|RssReaderBot|ScourRSSBot|ShortPixel|SottopopNone|Superfeedr bot|
    theoldreader.com|upday|venus|web reader|YandoriRSSBot|yelpspider`,
  Library: `
    2Bone_LinkChecker|AHC|ALittle Client|Amazon|amibot|AnyEvent-HTTP|Apache-HttpClient|axios|
    BTWebClient|colly|crawler4j|curl|CustomAsyncHttpClient|Download|Go-http-client|GoParserBot|
    got|http_get|HTTPie|httpunit|HttpUrlConnection|HTTrack|Jetty|larbin_2.6.2|libwww-perl|
    lwp-trivial|Mechanize|newspaper|node-fetch|okhttp|Pcore-HTTP|PHP-Curl-Class|phpcrawl|Python|
    python-httpx|python-opengraph-jaywink|python-requests|Python-urllib|rawweb-bot|
    Salesforce.com|Scrapy|SimpleCrawler|trafilatura|Wget|WGETbot`,
  'Link preview': `
    AASA-Bot|AddThis.com robot|ArenaUnfurlBot|BingPreview|Bluesky|BlueSky Bot|
    bluesky-domain-status-classifier|BlueskyPreviewBot|Bookmark Analyzer|BufferLinkPreviewBot|
    Chatwork|ClickUpLinkUnfurler|CodaBot|dbot|DingTalkBot-LinkService|Discordbot|Discourse|
    Embedly|EvernoteRichLinkBot|EveryoneSocialBot|facebookexternalhit|Facebot|FastmailUA|
    FlipboardProxy|Friendica|ggpht.com|github-camo|Goodreads|Google|GroupMeBot|Hatena|
    Hatena Fetcher|Hatena-Favicon|http.rb|Iframely|Image Fetcher|Jetslide|KeybaseBot|Lemmy|
    Linespider|LinkedInBot|ListGemBot|LMArenaUnfurlBot|LoomlyBot|Mattermost-Bot|
    Mediumbot-MetaTagFetcher|meta-externalfetcher|Meta-ExternalHit|meta-webindexer|
    MicrosoftPreview|NewShareCounts.com|NING|Notion|OdklBot|OpenGraph.io|Orlo-LinkPreview|
    Paired Crawler|PeekBot|Pinterest|Pinterestbot|Pro|Quora-Bot|redditbot|Russia Crawler|
    Service bot|SkypeUriPreview|Slack-ImgProxy|Slackbot|Slackbot-LinkExpanding|SnapURLPreview|
    Steam HTTP|SummalyBot|Synapse bot|TelegramBot|Tumblr|TweetmemeBot|TwilioProxy|Twitterbot|
    Viber|VKRobot|vkShare|WhatsApp|Xing Bot|Yahoo Link Preview|YahooMailProxy`,
  Monitor: `
    ABEvalBot|AccessStatus|Acquia|ActiveComply|AlertSite|AppInsights|AtVowBot|
    Baidu-YunGuanCe-Bot|Baidu-YunGuanCe-PerfBot|Baidu-YunGuanCe-ScanBot|Baidu-YunGuanCe-SLABot|
    Baidu-YunGuanCe-VSBot|BetterUptimeBot|BinaryCanary|Blackbox|Bling|Blockaid|BlogVault|Buck|
    BuddyBot|Bugsnag|CapsuleChecker|CapterraBot|carbon-umbrella-bot|Catchpoint|caveman-hunter|
    check_http|CheckHost|Checkly|CheckMarkNetwork|Chrome-Lighthouse|CloudFlare-AlwaysOnline|
    cloudflare-csup|Cloudflare-Custom-Error-Page-Crawler|Cloudflare-Healthchecks|
    Cloudflare-SpeedTest|Cloudflare-Traffic-Manager|Cloudflare-Validator|
    CloudflareRadarURLScanner|Cludo|cludo.com bot|Corporama|Crazy Egg|cron-job.org monitor|
    Cronless|CSS Bot|Curebot|curebot-feed-fetcher|DareBoost|Dark Visitor|Datadog|Datadog Agent|
    DatadogSynthetics|deepnoc|Density|Determ|DMBrowser|DominicBot|Dotcom-Monitor|
    Dow Jones Searchbot|downnotifier.com monitoring|DowntimeDetector|DrataAutopilot|DreamHost|
    Drupalbot|Dubbotbot|EasyCron|easyDNS Monitoring|EdgeWatch|elmahio-uptimebot|eMoney|
    EvoUptimeBot|Experibot-v2|Experibot-v3|extraction bot|FastDAST|FediDB|FediList Agent|
    fedistatsCrawler|Fediverse Crawler|FedReporter Bot|FeedValidator|FreeWebMonitoring|Freshbot|
    FreshpingBot|GenomeCrawlerd|GoogleStackdriverMonitoring-UptimeChecks|gotosocial|
    GotSiteMonitor.com|GTmetrix|HaloBot|HanaleiBot|HeadOnlyScraper|HeadOnlyScraperV2|Honeybadger|
    HoneybadgerBot|HostTracker|Hydrozen.io|internetVista monitor|Irokez.cz monitoring|IsDownBot|
    keycdn-tools|Known Agent|Known Agents Browser|LinkCheck|LinkpadBot|LogicMonitor|MagnetmeBot|
    Magus Bot|Mediatoolkitbot|ModatScanner|monitis|monitoring360bot|Monsidobot|MonSpark|
    montastic-monitor|MontasticMonitor|MxToolbox|Netumo|NETVIGIE|New|NewRelicbot|
    NewRelicSynthetics|Newsify Feed|NIXStatsbot|NoahBot|NodePing|Noibu|OhDear|OneTrust|
    OnLine monitoring|OnlineOrNot.com_bot_1.0_|OWLer-W|Pagespeed|Panopta|ParselySharesBot|
    PingAdmin.Ru|pingbot|Pingdom.com_bot_version_1.4_|PingdomTMS|pingping.io|PlagAwareBot|
    Poduptime|Pomothy-Bot|PRTG Network Monitor|PRTGCloudBot|PTST|pulsetic.com|Qualys|
    Rackspace Monitoring|RED|Rigor|robot.html|RuxitSynthetic|script fetcher|Scrunchbot|
    SENTINEL-LinkCheck|sentry|SentryUptimeBot|SequelWP|ServerDensity|Silktide|Sindup|Site24x7|
    SiteCheck-sitecrawl|Siteimprove.com|SiteLock|SiteUptime.com|SleepBot|solarwinds|Spectate|
    Splunk|sqcompliance.com|StatusCake_Uptime_Checker|Streamline3Bot|sv-watchagent|SV1|
    SynthesiBot|synthetic-monitoring-agent|Termly|Testomatobot|ThousandEyes Agent|TSMbot|
    updown.io|Uptime|Uptime Bot|Uptime Monitor|Uptime Monitoring|Uptime-Kuma|Uptimebot|UptimeBot|
    Uptimebot.org|UptimeRobot|UptimeStatistics|Uptimia|uptrends|UrlSuMa.de crawler|username|
    Validator.nu|videootv Bot|Vigil|vmcrawl|W3C-checklink|W3C-mobileOK|W3C_CSS_Validator_JFouffa|
    W3C_I18n-Checker|W3C_Unicorn|W3C_Validator|Watchbot|WatchForBot|Watchful|WatchMouse|Web Bot|
    WebsiteOps|websitepulse checker|wheresitup.com|WISEbot|WormlyBot|WOVN Crawler|WPMU DEV Hub|
    WPUmbrella|YLT|Zabbix`,
  Research: `
    AcademicBotRTU|Autoconfig|Blackboard|BUbiNG|CDSCbot|CISPA Webcrawler|Citoid|CLASSLA-web|
    EasyBib|Fedineko|Gaisbot|hgfAlphaXCrawl|ICC-Crawler|InternetMeasurement|IRLbot|LCC|MaCoCu|
    Measure|mithril-crawler|Patent Crawler|researchscan.comsys.rwth-aachen.de|SemanticScholarBot|
    Software-Security-Research|SpiderLing|StateOfPlay-ResearchBot|thesis-research-bot|Thinklab|
    Turnitin|TurnitinBot|UGAResearchAgent|vu-server-health-scanner|Web-Crawled|
    ZoteroTranslationServer`,
  SEO: `
    007ac9 Crawler|11A465|2ip bot|2ip.ru|4.0Instaparser|5X|acapbot|AdagioBot|AdminLabs|Adsbot|
    advanced_crawler|Adventurer|AGAKIDSBOT|AgencyAnalyticsBot|AhrefsBot|AhrefsSiteAudit|
    alexa site audit|alienfarm|allOrigins|AlphaBot|Analyze|AndersPinkBot|Apercite|API Client|
    AppSiteAssociation|Aragog|Attracta|Audisto Crawler|AudistoBot|AwarioBot|AwarioSmartBot|
    awesomecrawler|B2B Bot|Barkrowler|BarkRowler|BDBot|BDCbot|BDFetch|BeeperBot|BehloolBot|
    BigUpDataBot|bit.ly|BitBot|Bitbucket-Webhooks|bitlybot|BLEXBot|blogmuraBot|BLP_bbot|
    BoardGamePricesBot|BomboraBot|Bot|bot-pge.chlooe.com|botify|BotPoke|BoxcarBot|BrandONbot|
    BrandVerity|Brandwatch|BrightEdge Crawler|brokenlinkcheck.com|BublupBot|Bushbaby|Butterfly|
    Buzzbot|CaliberBot|Caliperbot|CapitalOneShopping|CentComBot|certytags|ChargeBeeBot|check|
    Cincraw|CipaCrawler|CirrusExplorer|ClarityBot|Clearscopebot|
    Cloudflare-Custom-Hostname-Verification|CloudFlare-Prefetch|Cloudflare-Stream-Hook|
    Cloudflare-Stream-Webhook|Cloudtrellis|CMSChecker|Cocolyzebot|cognitiveSEO Bot|Commonly|
    Companybook-Crawler|contxbot|Convermax|Cotoyogi|crawler_eb_germany_2.0|Crawlson|
    CrawlyProjectCrawler|Criticalcss.com|CrunchBot|crusty|Cutbot|CXK_Bot|DaspeedBot|
    Datafeedwatch|DataForSeoBot|datagnionbot|Datanyze|Dataprovider.com|dcrawl|Dead Link Checker|
    Deskyobot|Diffbot|Digg|Digincore bot|Disqus|Dlc|Dmbot|DnBCrawler-Analytics|DnyzBot|domain|
    Domains Project|DomainStatsBot|DomCopBot|DotBot|dotbot|Dragonbot|drupact|
    easybill-ImportManager|EchoboxBot|edansbot|electricmonk|eMoneyBot|epicbot|EpivozCrawler|
    eright|ev-crawler|evc-batch|ExodusMovement|ExtLinksBot|Ezgif|Ezooms|factset_spyderbot|
    Fedicabot|FedReporterDataBot|Fetch|fidget-spinner-bot|FindITAnswersbot|findlinks|FirmoGraph|
    friendly-spider|FriendlyCrawler|fuelbot|FullStoryBot|FuseonBot|Fyrebot|GarlikCrawler|Genieo|
    getthit.com|GIFTEDVISITOR|GingerCrawler|gmail.com|GnowitNewsbot|Goodzer|Google-Apps-Script|
    Google-Area120-PrivacyPolicyFetcher|GoogleAssociationService|GoogleDocs|GoPay|Gowikibot|
    Grammarly|gregcrawler|Grobbot|GroupHigh|GuestpostsBot|HappyWing|harsilbot|HawaiiBot|
    hCardValidator|Hello|HelloworkJobPostingBot|HIFIBot|Hlidam.to robot|Hotjar|HubSpot|
    HubSpot Crawler|HubSpot Webcrawler|Huckabot|hypem.com|hypestat|HyScore|IBM Crawler|ICBot|IDG|
    IFTTT|ImageBot|ImageFetcher|imgproxy|impendoom-bot|imrbot|indexer bot|Indy Library|infoobot|
    Innguma|Integromat|Investment Crawler|IonCrawl|ips-agent|iskanie|it2media-domain-crawler|
    James BOT|Java HTTP|jpg-newsbot|Jumio|KangarooBot|kazbtbot|Kemvibot|keys-so-bot|kinsta-bot|
    Klaviyo|KomodiaBot|Konturbot|KosmioBot|KStandBot|Kukei.eu-Bot|Landau-Media-Spider|
    Laserlikebot|LastModBot|Leikibot|link checker|Link Checker|linkapediabot|LinkCheckerBot|
    linkdex.com|linkdexbot|LinkisBot|LinksIndexerBot|LinkTiger|LinkWalker|
    Lipperhey Link Explorer|Lipperhey SEO Service|Lipperhey Site Explorer|
    Lipperhey-Kaus-Australis|LivelapBot|Livelapbot|Luminator-robots|Macrobondbot|MADBbot|
    Magellan|magicsearchdev|Magnet.me-web|magpie-crawler|mailto|MainWP|Make|ManageWP|Mappy|
    MarketGoo|MarketingMiner v2.0|MauiBot|Mavifinds Bot|MB-LinkChecker|MBCrawler|MedialogiaBot|
    MediaMonitoringBot|MegaIndex.ru|MeltwaterNews|memorybot|MentalHealthLeadBot|MergadoBot|
    MetaInspector|MetaJobBot|metauri.com|mindUpBot|MissinglettrBot|MixnodeCache|MJ12bot|MLBot|
    ModernizeBot|ModularConnector|Mollie HTTP|Monibot|MonTools.com|MoodleBot|Moreover|
    MotoMinerBot|MTRobot|MuckRack|Multithreaded Crawler|Multiviewbot|my-tiny-bot|MyBot|
    NerdByNature.Bot|nerdybot|NetAPI|netEstate Crawler|Neticle Crawler|NetpeakCheckerBot|NewsNow|
    Nimbostratus-Bot|Nitro|Nitro-Optimizer-Agent|NitroBot|nomore404.com robot|noorobot|Nooshub|
    Notabot|Novaact|Nuzzel|nvdorz|nyt_scraping|Ocarinabot|Odin|omgili|Omnisend|OnCrawl|
    Online Domain Tools|online-webceo-bot|OpenGraphCheck|Operator|Optimizer|Orbbot|
    OutsellURLValidator|page-preview-tool|PagePeeker|PageThing|Pandalytics|panscient.com|
    PaperLiBot|Paqlebot|parse.ly scraper|PayPal|PDF24|Penthouse|PiplBot|PocketParser|
    postrank.com|Potions|PR-CY.RU|Prefetch|PressEngineBot|PricedroneShoppingBot|PriEcoBot|
    Primalbot|PrintFriendly.com|PrivacyAwareBot|Pro Sitemaps Generator|PS_Daily|
    PWABuilderHttpAgent|Pywikibot|QualifiedBot|rakutenusabot-image|RankActiveLinkBot|
    RankSonicSiteAuditor|RankurBot|RavenCrawler|rb.gy|Re-Animator Bot|Readable|Recurly|
    Redirect Checker|Reelevant|Refindbot|RegionStuttgartBot|remove.bg|RepoLookoutBot|Retool|
    RetrevoPageAnalyzer|RetroListeCOM|RevvimGort|reward-gateway|RidderBot|Rivva|Robot|
    RobotsChecker|rogerBot|rogerbot|RSiteAuditor|Ruby|RyteBot|s Spider|s4a|s4a-probe-bot|
    SandobaCrawler|Schema-Markup-Validator|Scoop.it|ScoutJet|ScrapeheroBot|screeenly-bot|
    screenshot bot|SEBot-WA|semaltbot|semanticbot|Semanticbot|SemrushBot|SEMrushBot|
    SemrushBot-BA|SemrushBot-SA|SemrushBot-SI|SendGrid|SentiBot|SenutoBot|SEO Crawler|SEO Spider|
    seo-audit-check-bot|seo4ajax.com|SeobilityBot|SEOkicks|SEOlizer|seoLyt|seoscanners.net|
    SeoSiteCheckup|SeoulBot|SERankingBacklinksBot|SerendeputyBot|serpstatbot|SERPtimizerBot|
    ServerHunterSpider|SFDC-Callout|Shopify-Captain-Hook|Silk|SimpleScraper|SinceraSyntheticUser|
    SISTRIX Crawler|SiteAuditBot|SiteCheckerBotCrawler|SiteExplorer|SiteScoreBot|
    SitesOverPagesBot|SkroutzBot|SkyworkSpider|SlaccaleBot|SlickBot|SMTBot|Snacktory|Snipcart|
    SocialRankIOBot|Sonic|Sora|SparkPost|SparkShipping|spbot|SSSSBot|Stape|startmebot|Statabot|
    StatistikAustria|Stats Bot|StatsDroneBot|StatusNestBacklinkSpider|StormCrawler|StorygizeBot|
    Stripe|Summify|SurdotlyBot|SurveyBot|SustainabilityCrawler|Svix-Webhooks|SwifteqLinkChecker|
    SWIMGBot|Sysomos|t3versionsBot|TactiScout|TangibleeBot|tchelebi|test-bot|Testcrawler|
    testing bot|TestURI|TextRazor|Thunderbird WebCrawler|tigerbot|Time|TinEye|TinEye-bot|
    TombaPublicWebCrawler|Traackr.com|tracemyfile|Trellis-Services|trendictionbot0.5.0|
    TrendsmapResolver|Trustly|Tweakers|Twingly Recon|UASlinkChecker|Upflow|URLAppendBot|
    Urlcheckr|URLSuMaBot|useeBookChecker|Vagabondo|vebidoobot|VelenPublicWebCrawler|Veoozbot|
    Vercelbot|videootvBot|vuhuvBot|WARDBot|Web|WebCEO Online|WebDataStats|Webflow|webprosbot|
    Website-info.net-Robot|WebsiteMetadataRetriever|WebSniffer|WebwikiBot|webzio|WellKnownBot|
    WhatsMyIP.org|Whoiswebsitebot|WireReaderBot|wmtips.com|woobot|woorankreview|WordCountBot|
    WordPress|Wordup-1|workona-favicon-service|WorldBot|WovnCrawler|wowLink Crawler|wpbot|
    WRTNBot|WSM|Xenu|XML Sitemaps Generator|XMLHTTP|XoviBot|XoviOnpageCrawler|YahooCacheSystem|
    YaK|Yellowbrandprotectionbot|YokoyGroupAG|yoozBot-2.2|Yuuperbot|Zapier|zebra-v2-bot|
    zenback bot|Zendesk|Zombiebot|ZoomBot|ZoominfoBot|ZuperlistBot|zzhbot`,
  Scanner: `
    abuse.xmco.fr|acunetix-product|AkismetBot|AliyunSecBot|Artemis|ArtemisBot|asnriskscorer|Bad|
    Banner|binlar_2.6.3|bitdiscovery|BitSightBot|BlackDuck-FD|BrowserBot-Observer|CensysInspect|
    CertChief|Check|Cloudflare-Radar-Scanner|Cloudflare-SSLDetector|cookie-maestro|Cookiebot|
    CookieHub Bot|CookieHubScan|CookieHubVerify|CookieYesbot|CPH2557|Detectify|DigiCert|
    DirBuster-1.0-RC1|DNSScanner|Dratabot|ec2linkfinder|Electronic|EmailWolf|Expanse|Foregenix|
    Google-Trust-Services|Hardenize|hstspreload-bot|Image|Integrity Monitor|ISSCyberRiskCrawler|
    iubenda-radar|Jugendschutzprogramm-Crawler|K7MLWCBot|KrawlerBot|l9explore|l9scan|
    LegalMonster|Let|LightspeedSystemsCrawler|lkxscan|ltx71|masscan|MRGbot|Nessus|
    NetcraftSurveyAgent|NetSystemsResearch|NINJA bot|Nmap Scripting Engine|NsToolsBot|oBot|
    onlyscans.com|OpenVAS|ProbelySPDR|ProjectShield-UrlCheck|ReverseEngineeringBot|Riddler|
    SafeDNSBot|Sansec Security Monitor|SBL-BOT|scanning|SecurityHeaders|SiteCat Webbot|sqlmap|
    SSL|SSL Server|Test|TLS|TwinWaveScanner|Unshorten.It|UrlBeeBot|UT-Dorkbot|VaultPress|
    Verispider|visionheight.com|Vulnerability Scanner|WanscannerBot|watchTowr|WhatWeb|WPScan|
    WPSec|WTotem|zgrab|ZmEu`,
  'Search engine': `
    360Spider|7Siters|A6-Indexer|Aboundex|AddSearchBot|adidxbot|aiHitBot|Alexabot|
    AlexandriaOrgBot|Algolia Crawler|Amazonbot|AmazonProductDiscovery|
    AmazonSellerInitiatedListing|APIs-Google|AppEngine-Google|Applebot|Ask Jeeves|AspiegelBot|
    Baiduspider|Baiduspider-render|BIGLOTRON|bingbot|blekkobot|Bot.AraTurka.com|br-crawler|
    BraveBot|Cliqzbot|coccoc|coccocbot-image|coccocbot-web|ConveraCrawler|Coveobot|
    CyberFindCrawler|Daum|daumoa|DeuSu|discobot|DuckDuckBot|DuckDuckBot-Https|
    DuckDuckGo-Favicons-Bot|Enterprise Crawler|Exabot|Exabot-Images|FAST-WebCrawler|FediIndex|
    FemtosearchBot|FindFiles.net-FaviconFetcher|Findxbot|fiperbot|Flamingo_SearchEngine|
    FleebsBot|fr-crawler|Freespoke|Friendly_Crawler|Funnelback|FyndSearchEngine-Crawler|
    FyndSearchEngine-ReCrawler|Gabanzabot|GeedoBot|GeedoProductSearch|GeedoShopProductFinder|
    GigablastOpenSource|Gigabot|GlobalWebSearchx|Gluten Free Crawler|Golfe|
    Google-Certificates-Bridge|Google-InspectionTool|Google-PageRenderer|Google-PhysicalWeb|
    Google-Read-Aloud|Google-Safety|Google-Site-Verification|Google-Structured-Data-Testing-Tool|
    google-xrawler|Googlebot|Googlebot-IA|Googlebot-Image|Googlebot-Mobile|Googlebot-News|
    Googlebot-Video|GoogleOther|GoogleProducer|Greppr Web Crawler|grub-client-0.3.0|
    grub-client-1.0.4|grub-client-1.0.5|grub-client-1.0.6|grub-client-1.0.7|grub-client-1.1.1|
    grub-client-1.2.1|grub-client-1.3.1|grub-client-1.3.7|grub-client-1.4.3|grub-client-1.5.3|
    gsa-crawler|IbouBot|ichiro|image.coccoc|imagecoccoc|ImagesiftBot|IndeedBot|IndeedJobBot|
    INETDEX-BOT|intelx.io_bot|IstellaBot|istellabot-nutch|J-ASR crawler|J-BRW crawler|
    J-PSC crawler|JobboerseBot|jobswithgptcom-bot|Jooblebot|Kagibot|Level9SearchBot|librabot|
    Linguee Bot|lyonl-asset-proxy|lyonl-crawler|MagiBot|Mail.RU_Bot|MatchorySearch|
    microdata crawler|MojeekBot|msnbot|msnbot-media|msnbot-NewsBlogs|msnbot-UDiscovery|NapBot|
    NaverBot|Neevabot|NestDaddybot|News Spider|Nicecrawler|NTENTbot|NutchCVS|officestorebot|
    OICrawler|OpenHoseBot|OpenTheBoxBot|OrangeBot|PanguBot|PetalBot|PhxBot|Pic Spider|
    PlayStore-Google|psbot|psbot-image|psbot-page|Qwantbot|Qwantbot-news|Qwantify|Scrubby|
    search.marginalia.nu|Searcherweb|Searcherxweb|SearchExpress|Seekbot|Seekport Crawler|
    SeekportBot|SeznamBot|SeznamHomepageCrawler|SiteSearch360|Slurp|SMTnetPMBot|Sosospider|
    Speedy Spider|StartpagePrivateImageProxy|stepstoneCrawlBot|Storebot-Google|StractBot|
    Swiftbot|Swisscows|TheInternetSearchx|Timpibot|top100.rambler.ru crawler|ToutiaoSpider|
    trovitBot|VoilaBot|VsuSearchSpider|WadooBot|web spider|WepchSearchEngine|WeSEE|WikiDo|
    WordupInfoSearch|woriobot|WorldSearch Bot|Wotbox|Y|yacybot|YaDirectFetcher|
    YandexAccessibilityBot|YandexAdNet|YandexBlogs|YandexBot|YandexCalendar|YandexDirect|
    YandexDirectDyn|YandexFavicons|YandexForDomain|YandexImageResizer|YandexImages|YandexMarket|
    YandexMedia|YandexMetrika|YandexMobileBot|YandexMobileScreenShotBot|YandexNews|YandexOntoDB|
    YandexOntoDBAPI|YandexPagechecker|YandexPartner|YandexRCA|YandexRenderResourcesBot|
    YandexScreenshotBot|YandexSearchShop|YandexSitelinks|YandexSpravBot|YandexTracker|
    YandexTurbo|YandexUserproxy|YandexVerticals|YandexVertis|YandexVideo|YandexVideoParser|
    YandexWebmaster|YATS crawler|YATSH crawler|Yeti|YisouSpider|YouBot|YoudaoBot|Zealbot|
    ZoomInfo-DataEnrichment|ZumBot|ZyBorg`,
};
