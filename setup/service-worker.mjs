/**
 * The service worker of the static course. Every file is kept at the first visit; a new version is fetched as a whole
 * beside the old one and takes over when no page of the old one is open. Paths are relative to the worker's own place,
 * so that the course may lie anywhere on its server.
 */
export function serviceWorker(version, urls) {
  return `const cacheName = 'underlay-${version}';
const urls = ${JSON.stringify(urls)};

const opening = caches.open(cacheName);

self.addEventListener('install', (event) => {
  answerWithoutUs(event);
  event.waitUntil(opening.then((cache) => Promise.all(urls.map((url) => keep(cache, url)))));
});

// Answers are kept without their address: a worker's own would be that of its answer, without the fragment it was
// started with. And a page may not be an answer that was redirected on its way into the cache.
async function keep(cache, url) {
  const answer = await fetch(new Request(url, { cache: 'reload' }));
  if (!answer.ok) throw new Error(url + ': ' + answer.status);
  await cache.put(url, new Response(answer.body, { status: answer.status, headers: answer.headers }));
}

// What never changes under its name comes from the cache without this worker being asked, where the browser can do that.
function answerWithoutUs(event) {
  if (!event.addRoutes) return;
  const urlPattern = new URLPattern('_next/static/*', self.registration.scope);
  event.waitUntil(Promise.resolve(event.addRoutes({ condition: { urlPattern }, source: { cacheName } })).catch(() => undefined));
}

self.addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name.startsWith('underlay-') && name !== cacheName);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(find(request).then((kept) => kept ?? fetch(request)));
});

// File servers show a folder's page at its address with and without the last slash.
async function find(request) {
  const cache = await opening;
  const [address] = request.url.split(/[?#]/);
  const addresses = request.mode === 'navigate' ? [address, address + '/', address + '.html'] : [address];
  for (const one of addresses) {
    const kept = await cache.match(one);
    if (kept) return kept;
  }
  return undefined;
}
`;
}
