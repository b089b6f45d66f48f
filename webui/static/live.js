// Keeps the live parts of a page fresh, cheaply, and says so when they are not.
"use strict";
(() => {
  const STALE_MS = 3000;
  const etags = new WeakMap();
  let freshAt = Date.now();

  const isLive = (part) => part instanceof Element && part.matches("[data-live]");

  // Answers are never stored by the browser, so it cannot ask "has it changed?" by itself.
  document.addEventListener("htmx:config:request", (event) => {
    const { sourceElement: part, request } = event.detail.ctx;
    if (!isLive(part)) return;
    if (document.hidden || part.querySelector("[data-ended]")) {
      event.preventDefault();
      freshAt = Date.now();
      return;
    }
    const etag = etags.get(part) ?? part.dataset.etag;
    if (etag) request.headers["If-None-Match"] = etag;
  });

  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement: part, response } = event.detail.ctx;
    if (!isLive(part) || !response) return;
    if (response.status === 200) etags.set(part, response.headers.get("ETag"));
    if (response.status === 200 || response.status === 304) freshAt = Date.now();
  });

  const tell = () => {
    const age = Date.now() - freshAt;
    for (const place of document.querySelectorAll("[data-fresh]")) {
      const words = age < STALE_MS
        ? "Live: renewed twice a second."
        : `No answer for ${Math.round(age / 1000)} seconds. This may be out of date.`;
      if (place.textContent !== words) place.textContent = words;
      place.classList.toggle("is-stale", age >= STALE_MS);
    }
  };

  document.querySelector("[data-focus]")?.focus();
  if (document.querySelector("[data-live]")) {
    tell();
    setInterval(tell, 1000);
  }
})();
