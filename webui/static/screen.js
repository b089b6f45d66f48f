// Keeps the pupils' screen as the kiosk says, and says so itself when it has lost the kiosk.
"use strict";
(() => {
  const LOST_MS = 5000; // without an answer; one comes at least every two seconds
  const PATIENCE_MS = 4000; // for one answer
  const RETRY_MS = 500;
  const page = document.body.dataset;
  const stillMs = Number(page.stillMs);
  const place = document.getElementById("sign");

  let mark = page.mark;
  let heardAt = performance.now();
  let changedAt = heardAt;
  let waiting = null; // the newest sign, until the one shown has been still for long enough
  let timer = 0;
  let isLost = false;

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  // Three changes a second at most, however hurried the taps are: a whole screen would flash.
  const show = (fill) => {
    waiting = fill;
    if (timer) return;
    const put = () => {
      timer = 0;
      changedAt = performance.now();
      waiting();
    };
    const left = changedAt + stillMs - performance.now();
    if (left <= 0) put();
    else timer = setTimeout(put, left);
  };

  const showBody = (body) => show(() => { place.innerHTML = body; });
  const showOwn = (id) => show(() => {
    place.replaceChildren(document.getElementById(id).content.cloneNode(true));
  });

  const tellIfLost = () => {
    if (isLost || performance.now() - heardAt < LOST_MS) return;
    isLost = true;
    mark = ""; // whatever comes next is news
    showOwn("lost");
  };

  const ask = async () => {
    const answer = await fetch(page.now, {
      headers: { "If-None-Match": mark },
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status === 403) return answer;
    if (answer.status !== 200 && answer.status !== 304) throw new Error(`status ${answer.status}`);
    const body = answer.status === 200 ? await answer.text() : null;
    heardAt = performance.now();
    isLost = false;
    if (answer.headers.get("X-Screen-Build") !== page.build) location.reload();
    if (body !== null) {
      mark = answer.headers.get("ETag");
      showBody(body);
    }
    return answer;
  };

  const follow = async () => {
    for (;;) {
      try {
        const answer = await ask();
        if (answer.status === 403) break;
        const pace = answer.headers.get("Retry-After"); // too many wait already
        if (pace) await pause(1000 * Number(pace));
      } catch {
        tellIfLost();
        await pause(RETRY_MS);
      }
    }
    clearInterval(watch);
    showOwn("over");
  };

  const watch = setInterval(tellIfLost, RETRY_MS);
  follow();
})();
