// The month's grid by keyboard and mouse: arrows move, a number or a shift's short word sets it, 0 clears, F fixes,
// Enter or a click opens the menu. Every change is one request; the server says whether it may be, and what it costs.
(() => {
  "use strict";

  const table = document.getElementById("grid");
  if (!table) return;
  const say = table.dataset;
  const shifts = [...document.querySelectorAll("li[data-shift]")].map((li) => li.dataset);
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const links = () => [...table.tBodies[0].querySelectorAll("td > a")];
  const at = (link) => ({ row: link.closest("tr"), column: link.closest("td").cellIndex });
  let menu = null;

  // ---- one cell has the focus; Tab leaves the grid
  function focus(link) {
    if (!link) return;
    table.querySelectorAll("td > a[tabindex='0']").forEach((other) => { other.tabIndex = -1; });
    link.tabIndex = 0;
    link.focus({ preventScroll: true });
    link.closest("td").scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  function neighbour(link, down, right) {
    const { row, column } = at(link);
    const rows = [...table.tBodies[0].rows];
    const next = rows[rows.indexOf(row) + down];
    return next?.cells[column + right]?.querySelector(":scope > a");
  }

  // ---- the menu of a cell: what can be set, or a question
  function close(back) {
    if (!menu) return;
    const link = menu.link;
    menu.remove();
    menu = null;
    if (back) focus(document.contains(link) ? link : null);
  }
  function open(link, fill) {
    close(false);
    menu = document.createElement("div");
    menu.className = "cell-menu";
    menu.setAttribute("role", "dialog");
    menu.setAttribute("aria-label", link.closest("tr").querySelector("th").textContent.trim());
    menu.link = link;
    fill(menu);
    document.body.append(menu);
    const box = link.getBoundingClientRect();
    const left = Math.min(box.left, innerWidth - menu.offsetWidth - 8);
    const below = box.bottom + menu.offsetHeight + 4 < innerHeight;
    menu.style.left = `${Math.max(8, left) + scrollX}px`;
    menu.style.top = `${(below ? box.bottom + 2 : Math.max(8, box.top - menu.offsetHeight - 2)) + scrollY}px`;
    (menu.querySelector("input") || menu.querySelector("button"))?.focus();
  }
  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.append(label);
    made.onclick = act;
    return made;
  }
  function line(text) {
    const made = document.createElement("p");
    made.textContent = text;
    return made;
  }
  function choose(link) {
    open(link, (box) => {
      shifts.forEach((one) => {
        const sign = document.createElement("span");
        sign.className = `shift shift-${one.colour}`;
        sign.textContent = one.code;
        const made = button(sign, () => set(link, one.shift));
        made.append(one.name);
        box.append(made);
      });
      box.append(button(say.off, () => set(link, "")));
      box.append(button(link.dataset.fixed === "1" ? say.free : say.fix, () => fix(link)));
      box.append(button(say.why, () => explain(link)));
    });
  }

  // ---- what the server is asked
  async function send(link, fields) {
    const cell = link.closest("td");
    cell.classList.add("is-busy");
    const body = new URLSearchParams({ expected: link.dataset.shift, ...fields });
    try {
      const answer = await fetch(link.href, {
        method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" },
      });
      if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error(answer.status);
      return await answer.json();
    } catch {
      return { status: "failed", text: say.failed };
    } finally {
      cell.classList.remove("is-busy");
    }
  }
  function redraw(link, data) {
    const { row, column } = at(link);
    const id = row.id;
    if (data.row) row.outerHTML = data.row;
    document.getElementById(id)?.querySelectorAll("td > a").forEach((one) => { one.tabIndex = -1; });
    if (data.foot) document.getElementById("staffing").innerHTML = data.foot;
    const fresh = document.getElementById(id)?.cells[column]?.querySelector(":scope > a");
    focus(fresh);
    return fresh || link;
  }
  async function act(link, fields) {
    close(false);
    const data = await send(link, fields);
    const fresh = redraw(link, data);
    if (data.status === "costs") ask(fresh, data.text, { ...fields, knowingly: "1" });
    else if (data.status === "reason") reason(fresh, data.text, fields);
    else if (data.status !== "saved") tell(fresh, data.text);
  }
  const set = (link, shift) => act(link, { shift });
  const fix = (link) => act(link, { act: link.dataset.fixed === "1" ? "free" : "fix" });
  function ask(link, text, fields) {
    open(link, (box) => {
      box.append(line(text), button(say.sure, () => act(link, fields)), button(say.no, () => close(true)));
    });
  }
  function reason(link, text, fields) {
    open(link, (box) => {
      const field = document.createElement("input");
      field.className = "form-control";
      field.maxLength = 200;
      field.setAttribute("aria-label", say.ask);
      const go = () => field.value.trim() && act(link, { ...fields, reason: field.value.trim() });
      field.onkeydown = (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); go(); } };
      box.append(line(say.ask), field, button(say.save, go), button(say.no, () => close(true)));
    });
  }
  function tell(link, text) {
    open(link, (box) => box.append(line(text), button("OK", () => close(true))));
  }
  function explain(link) {
    close(false);
    htmx.ajax("GET", link.href, { target: "#cell", swap: "innerHTML" })
      .then(() => document.getElementById("cell").scrollIntoView({ block: "nearest", behavior: "smooth" }));
  }

  // ---- keys and clicks
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  table.addEventListener("keydown", (event) => {
    const link = event.target.closest("td > a");
    if (!link || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = event.key;
    const number = Number(key);
    const byCode = shifts.find((one) => one.code.toLowerCase().startsWith(key.toLowerCase()));
    if (STEPS[key]) focus(neighbour(link, ...STEPS[key]));
    else if (key === "Home" || key === "End") focus([...link.closest("tr").querySelectorAll("td > a")].at(key === "Home" ? 0 : -1));
    else if (key === "0" || key === "Delete" || key === "Backspace") set(link, "");
    else if (number >= 1 && shifts[number - 1]) set(link, shifts[number - 1].shift);
    else if (key.toLowerCase() === "f") fix(link);
    else if (key === "Enter") explain(link);
    else if (key === " ") choose(link);
    else if (key.length === 1 && byCode) set(link, byCode.shift);
    else return;
    event.preventDefault();
  });
  table.addEventListener("click", (event) => {
    const link = event.target.closest("td > a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    focus(link);
    choose(link);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu) close(true); });
  document.addEventListener("mousedown", (event) => { if (menu && !menu.contains(event.target)) close(false); });
  links().forEach((link, place) => { link.tabIndex = place ? -1 : 0; });
})();
