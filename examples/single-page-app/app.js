/** A router as small as one can be. */
const titles = { '/': 'Shop', '/cart': 'Cart', '/thanks': 'Thanks' };

function show(path) {
  document.title = titles[path] ?? 'Nothing here';
  document.querySelector('main').textContent = document.title;
}

document.querySelector('nav').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (link === null) return;
  event.preventDefault();
  show(link.pathname);
  history.pushState(null, '', link.href);
});
addEventListener('popstate', () => show(location.pathname));

document.querySelector('button').addEventListener('click', () => {
  window.daybook('Purchase', {
    props: { plan: 'yearly' },
    revenue: { currency: 'EUR', amount: 48 },
  });
});

show(location.pathname);
