// Runs in every page and frame before anything else does.
const found = [];

// What texts that are scripts call.
globalThis.hostile = () => void found.push('a script ran');

addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
  found.push(`against the policy: ${violatedDirective} ${blockedURI} ${sample}`);
});

const elements =
  '[data-hostile], iframe[srcdoc], object, embed, base, meta[http-equiv], script:not([src])';

const addresses = ['href', 'src', 'action', 'formaction', 'xlink:href', 'poster'];

/** Everything on the page that is more than a text, and not its own. */
globalThis.lookForHostile = () => {
  const problems = found.splice(0);
  for (const { outerHTML } of document.querySelectorAll(elements))
    problems.push(`an element ${outerHTML.slice(0, 120)}`);
  for (const element of document.querySelectorAll('*'))
    for (const { name, value } of element.attributes)
      if (isHostile(name, value)) problems.push(`${name}="${value.slice(0, 120)}"`);
  return problems;
};

function isHostile(name, value) {
  if (name.startsWith('on')) return true;
  // Our own drawings are the only ones that a style names.
  if (name === 'style') return /url\(/i.test(value.replace(/url\("\/assets\/[\w.-]+"\)/g, ''));
  if (!addresses.includes(name)) return false;
  if (value.startsWith('data:image/')) return false;
  const { protocol, host, hash } = new URL(value, location.href);
  // The site's own pages, where its owner is left out.
  if (protocol === 'https:' && /^#daybook-(ignore|count)$/.test(hash)) return false;
  return protocol !== 'blob:' && !(/^https?:$/.test(protocol) && host === location.host);
}

/** Which of the images with these labels are none, or have more in them than texts and shapes. */
globalThis.badImagesOf = async (secret, labels) => {
  const more = 'parsererror, script, foreignObject, a, image, [data-hostile], [onload]';
  const bad = [];
  for (const [i, label] of labels.entries()) {
    const name = i % 2 === 0 ? 'badge' : 'counter';
    const answer = await fetch(`/share/${secret}/${name}.svg?label=${encodeURIComponent(label)}`);
    const image = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml');
    if (answer.status !== 200 || image.querySelector(more) !== null)
      bad.push(`${answer.status} ${JSON.stringify(label)}`);
  }
  return bad;
};
