/** What a site's settings call all of them. */
export const dataCentresWord = 'data-centres';

/**
 * Numbers of networks in which servers are, by who has them: what a hit from there came from is a
 * program, a VPN or a proxy. Those that people use at home or on the road too are not among them.
 */
export const dataCentres: ReadonlySet<number> = new Set([
  ...[14618, 16509], // Amazon
  ...[396982, 139070], // Google Cloud
  ...[8068, 8069, 8075], // Microsoft
  ...[31898, 54253], // Oracle
  ...[37963, 45102], // Alibaba
  ...[45090, 132203], // Tencent
  ...[55990, 136907], // Huawei
  ...[36351], // IBM
  ...[14061, 62567], // DigitalOcean
  ...[16276], // OVH
  ...[24940, 213230, 212317], // Hetzner
  ...[63949], // Linode
  ...[20473], // Vultr
  ...[51167, 40021, 141995], // Contabo
  ...[12876], // Scaleway
  ...[8560], // IONOS
  ...[60781, 28753, 30633, 59253], // Leaseweb
  ...[26496, 398101], // GoDaddy
  ...[46606, 19871], // Newfold
  ...[29802, 19318], // HIVELOCITY, Interserver
  ...[9009], // M247
  ...[53667], // FranTech
  ...[36352], // ColoCrossing
  ...[60068, 212238], // Datacamp
  ...[199524], // G-Core
  ...[47583], // Hostinger
  ...[49981, 50673], // WorldStream, Serverius
  ...[197540], // netcup
  ...[54113], // Fastly
]);
