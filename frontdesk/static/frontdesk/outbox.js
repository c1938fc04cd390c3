/* A round through a minute without network: each form marked data-outbox is put into this browser's own store (IndexedDB)
   with its photos, and taken out only when the server has said that it has it. It is sent in order, again and again, under
   the same `once` mark, so that nothing arrives twice. What is typed but not sent yet is kept there as well.
   No service worker: it would need HTTPS, which an office's own server in the building often has not. */
(() => {
  "use strict";
  const box = document.getElementById("outbox");
  if (!box) return;
  const user = box.dataset.user, page = box.dataset.page;
  const said = box.querySelector("[data-said]"), list = box.querySelector("[data-list]");
  const forms = [...document.querySelectorAll("form[data-outbox]")];
  const EVERY = 4000, WAIT = 30000;
  const held = new Map(); // photos chosen earlier, which no browser lets a page put back into the field
  const state = { busy: false, refused: new Map(), stopped: "" };

  /* ---- the store ---- */
  const opened = new Promise((resolve, reject) => {
    const asking = indexedDB.open("frontdesk-outbox", 1);
    asking.onupgradeneeded = () => {
      asking.result.createObjectStore("entries", { keyPath: "id", autoIncrement: true });
      asking.result.createObjectStore("drafts", { keyPath: "key" });
    };
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => reject(asking.error);
  });
  const act = (store, mode, doing) => opened.then((base) => new Promise((resolve, reject) => {
    const work = base.transaction(store, mode);
    const asking = doing(work.objectStore(store));
    work.oncomplete = () => resolve(asking.result);
    work.onabort = work.onerror = () => reject(work.error);
  }));
  const mine = () => act("entries", "readonly", (store) => store.getAll()).then((rows) => rows.filter((row) => row.user === user));
  const forget = (id) => act("entries", "readwrite", (store) => store.delete(id));
  const draftKey = (form) => `${user}:${page}#${form.id}`;

  /* ---- what is typed ---- */
  const MARKS = ["csrfmiddlewaretoken", "once", "at"];
  const contents = (form, submitter) => {
    const data = new FormData(form);
    if (submitter && submitter.name) data.append(submitter.name, submitter.value);
    const photos = [...data.getAll("photos").filter((file) => file.size), ...(held.get(form) || [])];
    data.delete("photos");
    return [...[...data.entries()].filter(([name]) => !MARKS.includes(name)), ...photos.map((file) => ["photos", file])];
  };
  const sayHeld = (form) => {
    const place = form.querySelector("[data-held]");
    const names = (held.get(form) || []).map((file) => file.name).join(", ");
    if (place) place.textContent = names && box.dataset.held.replace("{names}", names);
  };
  const keep = (form) => act("drafts", "readwrite", (store) => store.put({ key: draftKey(form), fields: contents(form) })).catch(unkept);
  const restore = (form) => act("drafts", "readonly", (store) => store.get(draftKey(form))).then((draft) => {
    if (!draft) return;
    held.set(form, draft.fields.filter(([name]) => name === "photos").map(([, file]) => file));
    draft.fields.filter(([name, value]) => name !== "photos" && value && form.elements[name]).forEach(([name, value]) => { form.elements[name].value = value; });
    const fold = form.querySelector("details");
    if (fold && draft.fields.some(([, value]) => value)) fold.open = true;
    sayHeld(form);
  });

  /* ---- what is to be sent ---- */
  const once = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
  function unkept() {
    box.hidden = false;
    box.className = "notice tone-danger outbox";
    said.textContent = box.dataset.unkept;
  }
  async function put(form, submitter) {
    box.hidden = true; // until it is kept, nothing is said of it
    const fields = [...contents(form, submitter), ["once", once()]];
    if (!form.hasAttribute("data-leads")) fields.push(["at", String(Date.now())]);
    const entry = { user, page, url: form.action, label: form.dataset.label, fields, leads: form.hasAttribute("data-leads"), form: form.id };
    await act("entries", "readwrite", (store) => store.add(entry));
    await act("drafts", "readwrite", (store) => store.delete(draftKey(form)));
    held.delete(form);
    form.reset();
    sayHeld(form);
    const fold = form.querySelector("details");
    if (fold) fold.open = false;
    await show();
    send();
  }
  const button = (word, doing) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-link btn-sm";
    made.textContent = word;
    made.onclick = doing;
    return made;
  };
  async function show() {
    const rows = await mine();
    const refused = rows.filter((row) => state.refused.has(row.id));
    const tone = refused.length || state.stopped ? "danger" : rows.length ? "warn" : "ok";
    box.hidden = false;
    box.className = `notice tone-${tone} outbox`;
    said.textContent = state.stopped || (rows.length ? box.dataset.some.replace("{count}", rows.length) : box.dataset.none);
    list.replaceChildren(...refused.map((row) => {
      const line = document.createElement("div");
      line.append(`${row.label}: ${box.dataset.refused.replace("{why}", state.refused.get(row.id))} `,
        button(box.dataset.again, () => { state.refused.delete(row.id); send(); }),
        button(box.dataset.drop, async () => { state.refused.delete(row.id); await forget(row.id); show(); }));
      return line;
    }));
    forms.forEach((form) => {
      const place = form.closest("li")?.querySelector("[data-state]");
      if (!place) return;
      place.dataset.was ||= place.innerHTML;
      const waits = rows.some((row) => row.page === page && row.form === form.id);
      if (waits) {
        const badge = document.createElement("span");
        badge.className = "badge tone-warn";
        badge.textContent = box.dataset.waiting;
        place.replaceChildren(badge);
      } else if (place.querySelector(".tone-warn")) place.innerHTML = place.dataset.was;
    });
  }
  function packed(entry) {
    const data = new FormData();
    entry.fields.forEach(([name, value]) => (value instanceof Blob ? data.append(name, value, value.name) : data.append(name, value)));
    return data;
  }
  async function arrived(entry, answer) {
    await forget(entry.id);
    state.stopped = "";
    if (entry.page !== page) return;
    if (entry.leads) location.assign(answer.done);
    else state.stale = true;
  }
  function ask(url, options = {}) { // gives up after a while, so that a network that swallows everything does not hold the rest
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), WAIT);
    return fetch(url, { ...options, signal: stop.signal }).finally(() => clearTimeout(timer));
  }
  async function sendOne(entry) {
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    const answer = await ask(entry.url, { method: "POST", body: packed(entry), headers: { "X-CSRFToken": token, "X-Kept-Entry": "1" } });
    const isOurs = (answer.headers.get("Content-Type") || "").includes("json");
    if (isOurs && answer.ok) return arrived(entry, await answer.json());
    if (isOurs) state.refused.set(entry.id, (await answer.json()).refused.join(" "));
    else if (answer.status >= 500) throw new Error("later");
    else if (answer.status === 404 || answer.status === 413) state.refused.set(entry.id, String(answer.status));
    else { state.stopped = box.dataset.login; throw new Error("login"); }
    return null;
  }
  async function send() {
    if (state.busy) return;
    state.busy = true;
    try {
      let rows = (await mine()).filter((row) => !state.refused.has(row.id));
      while (rows.length) {
        await sendOne(rows[0]);
        await show();
        rows = (await mine()).filter((row) => !state.refused.has(row.id));
      }
      if (state.stale) await refresh();
    } catch { /* no network: what is kept is sent at the next try */ }
    state.busy = false;
    await show();
  }
  async function refresh() { // shows what arrived: each point's line as the server has it, the forms stay as they are
    const answer = await ask(page);
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    state.stale = false;
    const left = document.querySelector("[data-left]"), now = fresh.querySelector("[data-left]");
    if (left && now) left.textContent = now.textContent;
    document.querySelectorAll(".patrol-point [data-state]").forEach((place) => {
      const there = fresh.querySelector(`#${place.closest("li").id} [data-state]`);
      if (there) { place.innerHTML = there.innerHTML; delete place.dataset.was; }
      const button = place.closest("li").querySelector(".patrol-tick"), newer = there?.closest("li").querySelector(".patrol-tick");
      if (button && newer) { button.className = newer.className; button.innerHTML = newer.innerHTML; }
    });
  }

  async function resume() { // logged in again, perhaps in another tab: today's page says whose it is, and has a token that counts
    const answer = await ask(page);
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (fresh.getElementById("outbox")?.dataset.user !== user) return;
    document.body.setAttribute("hx-headers", fresh.body.getAttribute("hx-headers"));
    state.stopped = "";
    send();
  }
  const goOn = () => { if (!document.hidden) (state.stopped ? resume() : send()).catch(() => {}); };

  forms.forEach((form) => {
    ["input", "change"].forEach((type) => form.addEventListener(type, () => keep(form)));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      put(form, event.submitter).catch(() => { unkept(); HTMLFormElement.prototype.submit.call(form); });
    });
  });
  Promise.all(forms.map(restore)).then(show).then(send).catch(unkept);
  window.addEventListener("online", goOn);
  document.addEventListener("visibilitychange", goOn);
  setInterval(() => { if (!state.stopped) send(); }, EVERY);
  setInterval(() => { if (state.stopped) goOn(); }, WAIT);
})();
