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

  // The PIN pad: what is typed stays here until it is sent, however often the sign is drawn anew.
  const MOST_DIGITS = 8;
  let typed = "";
  let isSent = false;
  const pad = () => place.querySelector(".pad");
  const tell = () => { pad().querySelector(".pad-typed").textContent = "\u2022".repeat(typed.length); };
  const send = async () => {
    const body = new URLSearchParams({ pad: pad().dataset.pad, pin: typed });
    typed = "";
    isSent = true;
    tell();
    await fetch(page.pin, { method: "POST", body, redirect: "error" }).catch(() => {});
  };
  const press = (key) => {
    if (!pad()) return;
    if (key === "enter") return typed && send();
    typed = key === "delete" ? typed.slice(0, -1) : (typed + key).slice(0, MOST_DIGITS);
    tell();
  };
  place.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (key) press(key);
  });
  document.addEventListener("keydown", (event) => {
    if (!pad() || event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^[0-9]$/.test(event.key)) press(event.key);
    else if (event.key === "Backspace") press("delete");
    else if (event.key === "Enter" && !event.target.closest?.("[data-key]")) press("enter");
  });

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

  const showBody = (body) => show(() => {
    const before = pad();
    const focused = before && document.activeElement?.dataset.key;
    place.innerHTML = body;
    if (before?.dataset.pad !== pad()?.dataset.pad || isSent) typed = "";
    isSent = false;
    if (!pad()) return;
    tell();
    if (focused) pad().querySelector(`[data-key="${focused}"]`)?.focus();
  });
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
