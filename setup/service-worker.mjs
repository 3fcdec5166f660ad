/**
 * The service worker of the static course. Every file is kept at the first visit; a new version is fetched as a whole
 * beside the old one and takes over when no page of the old one is open. Paths are relative to the worker's own place,
 * so that the course may lie anywhere on its server.
 */
export function serviceWorker(version, urls) {
  return `const cacheName = 'underlay-${version}';
const urls = ${JSON.stringify(urls)};

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(urls.map((url) => new Request(url, { cache: 'reload' })))));
});

self.addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name.startsWith('underlay-') && name !== cacheName);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(find(request).then((kept) => (kept ? asAsked(kept, request) : fetch(request))));
});

// File servers show a folder's page at its address with and without the last slash.
async function find(request) {
  const cache = await caches.open(cacheName);
  const [address] = request.url.split(/[?#]/);
  const addresses = request.mode === 'navigate' ? [address, address + '/', address + '.html'] : [address];
  for (const one of addresses) {
    const kept = await cache.match(one);
    if (kept) return kept;
  }
  return undefined;
}

// A worker's address is that of the answer: only one without an address leaves it the fragment it was started with.
// And a page may not be an answer that was redirected on its way into the cache.
function asAsked(kept, request) {
  if (request.destination !== 'worker' && !kept.redirected) return kept;
  return new Response(kept.body, { status: kept.status, headers: kept.headers });
}
`;
}
