/* What makes the desk quicker where JavaScript runs; every page works without it. */
(() => {
  "use strict";
  const body = document.body;
  const text = (name) => body.dataset[`text${name}`] || "";
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (type, act) => document.addEventListener(type, act);
  const isTyping = (el) => el.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  /* ---- toasts ---- */
  function toast(message, tone = "info", action = null) {
    const box = document.getElementById("toasts");
    if (!box || !message) return;
    const notice = document.createElement("div");
    notice.className = `notice tone-${tone}`;
    const line = document.createElement("div");
    line.textContent = message;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "notice-close bi bi-x-lg";
    close.setAttribute("aria-label", text("Close"));
    close.onclick = () => notice.remove();
    notice.append(line, ...(action ? [action] : []), close);
    box.append(notice);
    if (tone !== "danger" && !action) setTimeout(() => notice.remove(), 6000);
  }

  /* ---- search: `/` or Ctrl-K, arrows, Enter, Escape ---- */
  const search = document.getElementById("search");
  const panel = document.getElementById("search-panel");
  const hits = () => (panel ? $$("[role=option]", panel) : []);
  function mark(index) {
    hits().forEach((hit, i) => hit.setAttribute("aria-selected", String(i === index)));
    const hit = hits()[index];
    if (hit) {
      search.setAttribute("aria-activedescendant", hit.id);
      hit.scrollIntoView({ block: "nearest" });
    } else search.removeAttribute("aria-activedescendant");
  }
  function showPanel(open) {
    if (!panel) return;
    panel.hidden = !open;
    search.setAttribute("aria-expanded", String(open && hits().length > 0));
    if (!open) mark(-1);
  }
  if (search) {
    search.addEventListener("keydown", (event) => {
      const list = hits();
      const now = list.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
      if (event.isComposing) return; // the Enter that ends a pinyin composition is not ours
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        showPanel(true);
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (list.length) mark((Math.max(now, step > 0 ? -1 : 0) + step + list.length) % list.length);
      } else if (event.key === "Enter" && now >= 0 && !panel.hidden) {
        event.preventDefault();
        list[now].click();
      } else if (event.key === "Escape") {
        if (panel.hidden || !list.length) search.blur();
        showPanel(false);
      }
    });
    search.addEventListener("focus", () => showPanel(true));
    panel.addEventListener("htmx:afterSwap", () => showPanel(true));
  }
  on("keydown", (event) => {
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
    if (search && (slash || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k"))) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape") {
      $$("details[data-panel][open]").forEach((panel) => {
        panel.open = false;
        panel.querySelector("summary").focus();
      });
      if (location.hash === "#nav") location.hash = "#main";
    }
  });
  on("click", (event) => {
    if (panel && !event.target.closest(".search")) showPanel(false);
    $$("details[data-panel][open]").forEach((panel) => { if (!panel.contains(event.target)) panel.open = false; });
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => toast(text("Copied"), "ok"));
    if (event.target.closest("[data-print]")) window.print();
    const sure = event.target.closest("[data-confirm]");
    if (sure && !window.confirm(sure.dataset.confirm)) event.preventDefault();
  });
  on("change", (event) => event.target.closest("[data-autosubmit]") && event.target.form?.requestSubmit());

  /* ---- filters fold away on a phone: the search field stays, the rest is behind a button (style decides) ---- */
  $$("form.filters").filter((form) => $$(".filter", form).length > 1).forEach((form) => {
    const fold = document.createElement("button");
    fold.type = "button";
    fold.className = "btn btn-secondary filters-fold";
    fold.textContent = text("Filters");
    const set = (folded) => {
      form.classList.toggle("is-folded", folded);
      fold.setAttribute("aria-expanded", String(!folded));
    };
    fold.onclick = () => set(!form.classList.contains("is-folded"));
    const wide = form.querySelector(".filter-wide");
    if (wide) wide.after(fold);
    else form.prepend(fold);
    set(true);
  });

  /* ---- tabs: on a phone the one in force may be the last ---- */
  $$(".tabs [aria-current]").forEach((tab) => {
    const tabs = tab.closest(".tabs");
    tabs.scrollLeft = tab.offsetLeft + tab.offsetWidth / 2 - tabs.offsetLeft - tabs.clientWidth / 2;
  });

  /* ---- searchable selects ---- */
  function initSelects(root) {
    if (!window.TomSelect) return;
    $$("select[data-select]", root).filter((select) => !select.tomselect).forEach((select) => {
      const url = select.dataset.url;
      const load = (query, done) => fetch(`${url}${url.includes("?") ? "&" : "?"}q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } })
        .then((answer) => answer.json()).then((json) => done(json.results)).catch(() => done());
      const box = new window.TomSelect(select, {
        maxOptions: 200, allowEmptyOption: !url, plugins: select.multiple ? ["remove_button"] : [],
        render: { no_results: (_, escape) => `<div class="no-results">${escape(text("None"))}</div>` },
        ...(url ? { load, searchField: [], shouldLoad: (query) => query.length > 0 } : {}),
      });
      const label = select.labels[0] || select.closest("div")?.querySelector("label");
      if (label) select.setAttribute("aria-label", label.textContent.trim());
      box.on("change", () => select.dispatchEvent(new Event("input", { bubbles: true })));
    });
  }

  /* ---- forms: sent once, not left half done by accident ---- */
  const dirty = new Set();
  on("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-guard]")) dirty.add(form);
  });
  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (!form.hasAttribute("data-forget")) dirty.clear(); // leaving by hand still warns
    if (form.hasAttribute("data-many") || form.closest("[hx-post]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => { // back button: let it be sent again
    delete form.dataset.sent;
    $$("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
  }));
  window.addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
  });

  /* ---- htmx: waiting line, failures that say something ---- */
  let waiting = 0;
  const wait = (event, step) => {
    waiting = Math.max(0, waiting + step);
    body.classList.toggle("is-loading", waiting > 0);
    if (event.target.matches("form")) $$("button:not([type=button])", event.target).forEach((button) => button.toggleAttribute("disabled", step > 0));
  };
  on("htmx:beforeRequest", (event) => wait(event, 1));
  on("htmx:afterRequest", (event) => wait(event, -1));
  on("htmx:sendError", () => toast(text("Offline"), "danger"));
  on("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    if (!/^\s*<!doctype/i.test(xhr.responseText)) return;
    const asked = new URL(pathInfo.requestPath, location.href);
    if (xhr.status < 400) { // sent elsewhere, to the log-in page for instance: go there
      if (new URL(xhr.responseURL).pathname !== asked.pathname) {
        event.detail.shouldSwap = false;
        location.assign(xhr.responseURL);
      }
    } else { // a whole error page replaces the page
      event.detail.shouldSwap = false;
      document.open();
      document.write(xhr.responseText);
      document.close();
    }
  });
  on("htmx:afterSwap", (event) => { // the form of an act has opened: show it, start in its first field
    if (event.target.id !== "move") return;
    const byItself = event.detail.elt === event.target; // with the page, whose head is to stay in sight
    if (!byItself) event.target.scrollIntoView({ block: "nearest" });
    event.target.querySelector("input:not([type=hidden]), select, textarea")?.focus({ preventScroll: byItself });
  });

  /* ---- a number shown in full goes by itself; the button it came from is back ---- */
  function hideLater(root) {
    [root, ...$$("[data-gone-after]", root)].filter((shown) => shown.dataset?.goneAfter).forEach((shown) => setTimeout(() => {
      const button = shown.querySelector("template")?.content.firstElementChild;
      if (!button) { shown.remove(); return; }
      shown.replaceWith(button);
      window.htmx?.process(button);
    }, shown.dataset.goneAfter * 1000));
  }
  on("htmx:load", (event) => { initSelects(event.detail.elt); hideLater(event.detail.elt); });

  document.querySelector("form[data-go-on]")?.requestSubmit(); // the password it waited for was given
  initSelects(document);
  window.desk = { $$, text, toast, dirty };
})();
