/* Nothing typed is lost: drafts of long texts, whole forms while the screen locks itself. Kept in this browser per person,
   for 12 hours at most; gone with log-out and with locking by hand. Fields with autocomplete="off" are never kept. */
(() => {
  "use strict";
  const { $$, text, toast, dirty } = window.desk;
  const body = document.body;
  const user = body.dataset.user;
  if (!user) return;

  const PREFIX = "frontdesk-draft:";
  const SENT = "frontdesk-sent";
  const KEEP = 12 * 3600 * 1000;
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  const read = (key) => JSON.parse(localStorage.getItem(key) || "null");
  const write = (key, kept) => localStorage.setItem(key, JSON.stringify({ ...kept, at: Date.now() }));
  const forget = (key) => localStorage.removeItem(key);
  const draftKey = (area) => `${PREFIX}${user}:${location.pathname}:${area.name}`;
  const formKey = (form) => `${PREFIX}${user}:${location.pathname}#${$$("form[data-guard]").indexOf(form)}`;

  /* ---- drafts ---- */
  const waiting = new WeakMap();
  function offer(area, kept) {
    area.value = kept.text;
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "btn btn-secondary btn-sm";
    discard.textContent = text("Discard");
    discard.onclick = () => {
      area.value = "";
      forget(draftKey(area));
      discard.parentElement.remove();
    };
    toast(text("Draft"), "info", discard);
  }
  function initDrafts(root) {
    $$("textarea[data-draft]", root).filter((area) => !area.dataset.drafting).forEach((area) => {
      area.dataset.drafting = "1";
      const kept = read(draftKey(area));
      if (kept && !area.value.trim()) offer(area, kept);
    });
  }
  document.addEventListener("input", (event) => { // on the page, not on the field: one drawn just now is heard from its first letter
    const area = event.target;
    if (!area.matches("textarea[data-draft]")) return;
    clearTimeout(waiting.get(area));
    waiting.set(area, setTimeout(keepDraft, 600, area));
  });
  function keepDraft(area) {
    clearTimeout(waiting.get(area));
    if (area.value.trim()) write(draftKey(area), { text: area.value });
    else forget(draftKey(area));
  }
  function forgetSent() { // only once the server took them: an answer that shows the text again keeps the draft too
    const shown = $$("textarea[data-draft]").filter((area) => area.value.trim()).map(draftKey);
    JSON.parse(sessionStorage.getItem(SENT) || "[]").filter((key) => !shown.includes(key)).forEach(forget);
    sessionStorage.removeItem(SENT);
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-forget")) keys().forEach(forget);
    else {
      const areas = $$("textarea[data-draft]", form);
      areas.forEach(keepDraft); // now, not in a moment: what was typed last would come back after it was sent
      sessionStorage.setItem(SENT, JSON.stringify(areas.map(draftKey)));
    }
  });

  /* ---- whole forms ---- */
  const mayKeep = (field) => field.name && field.autocomplete !== "off" && !["hidden", "password", "file", "submit", "button"].includes(field.type);
  function values(field) {
    if (field.options) return [...field.selectedOptions].map((option) => [option.value, option.text]);
    if (field.type === "checkbox" || field.type === "radio") return field.checked ? [[field.value, ""]] : [];
    return [[field.value, ""]];
  }
  function keepForm(form) {
    const fields = [...form.elements].filter(mayKeep).map((field) => [field.name, values(field)]);
    write(formKey(form), { fields });
  }
  function fill(field, kept) {
    const has = kept.map(([value]) => value);
    if (field.tomselect) {
      kept.forEach(([value, label]) => field.tomselect.addOption({ value, text: label }));
      field.tomselect.setValue(field.multiple ? has : has[0] || "", true);
    } else if (field.options) [...field.options].forEach((option) => { option.selected = has.includes(option.value); });
    else if (field.type === "checkbox" || field.type === "radio") field.checked = has.includes(field.value);
    else field.value = has[0] || "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function restoreForm(form) {
    const kept = read(formKey(form));
    if (!kept) return;
    forget(formKey(form));
    const byName = {};
    kept.fields.forEach(([name, pairs]) => { byName[name] = [...(byName[name] || []), ...pairs]; });
    [...form.elements].filter((field) => mayKeep(field) && byName[field.name]).forEach((field) => fill(field, byName[field.name]));
    dirty.add(form);
    toast(text("Draft"));
  }

  /* ---- idle: tell the server that somebody is here, lock when nobody is ---- */
  const lockForm = document.getElementById("lock-form");
  const idleAfter = Number(body.dataset.idle || 0) * 1000;
  const seen = { last: Date.now(), told: Date.now() };
  function lock() {
    dirty.forEach(keepForm);
    dirty.clear();
    HTMLFormElement.prototype.submit.call(lockForm); // not a click: the submit event would forget the drafts
  }
  function ping() {
    seen.told = Date.now();
    const token = JSON.parse(body.getAttribute("hx-headers"))["X-CSRFToken"];
    fetch(body.dataset.ping, { method: "POST", headers: { "X-CSRFToken": token } })
      .then((answer) => { if ((answer.redirected || [401, 403].includes(answer.status)) && !dirty.size) location.reload(); })
      .catch(() => {});
  }
  if (lockForm && idleAfter) {
    ["pointerdown", "keydown", "scroll"].forEach((type) => window.addEventListener(type, () => { seen.last = Date.now(); }, { passive: true, capture: true }));
    setInterval(() => {
      if (Date.now() - seen.last > idleAfter) lock();
      else if (seen.last > seen.told && Date.now() - seen.told > 60000) ping();
    }, 5000);
  }

  keys().filter((key) => Date.now() - (read(key).at || 0) > KEEP).forEach(forget);
  forgetSent();
  $$("form[data-guard]").forEach(restoreForm);
  initDrafts(document);
  document.addEventListener("htmx:load", (event) => initDrafts(event.detail.elt));
  document.addEventListener("htmx:afterSettle", forgetSent);
})();
