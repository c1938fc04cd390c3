// The fee counter: the total follows the ticks, the change follows what was handed over, each bill shows its part.
(() => {
  "use strict";
  const form = document.querySelector("form[data-take]");
  if (!form) return;
  const one = (selector) => form.querySelector(selector);
  const field = (name) => form.elements[name];
  const boxes = [...form.querySelectorAll("input[name=bills]")];
  const group = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const yuan = (fen) => (fen < 0 ? "-" : "") + "¥" + group.format(Math.abs(fen) / 100);
  const plain = (fen) => (fen / 100).toFixed(2);
  const fenOf = (box) => Number(box.value.split("-")[1]);
  const folded = (text) => text.replace(/[\uff10-\uff19\uff0e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));

  function typed(name) {
    const text = folded(field(name).value).replace(/[¥￥,，\s]/g, "");
    return /^\d+(\.\d{0,2})?$/.test(text) ? Math.round(Number(text) * 100) : null;
  }

  const due = () => boxes.filter((box) => box.checked).reduce((sum, box) => sum + fenOf(box), 0);

  function spread(amount) { // the rows stand in the order in which they are paid
    let left = amount;
    boxes.forEach((box) => {
      const part = box.checked ? Math.min(left, fenOf(box)) : 0;
      left -= part;
      const cell = box.closest("tr").querySelector("[data-part]");
      cell.replaceChildren();
      if (part > 0) cell.appendChild(document.createElement("strong")).textContent = yuan(part);
    });
  }

  function cashPart(amount) {
    const second = typed("amount2") || 0;
    if (field("method").value === "cash") return amount - second;
    return second && field("method2").value === "cash" ? second : null;
  }

  function follow() {
    const total = due(), amount = typed("amount") ?? total, over = amount - total;
    one("[data-due]").textContent = yuan(total);
    spread(amount);
    const rest = one("[data-rest]");
    rest.textContent = over === 0 ? "" : yuan(Math.abs(over)) + " " + (over < 0 ? rest.dataset.less : rest.dataset.more);
    rest.classList.toggle("tone-info", over > 0);
    rest.classList.toggle("tone-warn", over < 0);
    const keep = one("[data-keep]"); // not there where nothing is owed: all of it is an advance
    if (keep) keep.hidden = !(over > 0 && total > 0);
    const cash = cashPart(amount), handed = typed("handed_over");
    one("[data-cash]").hidden = cash === null;
    field("handed_over").disabled = cash === null;
    const line = one("[data-change-line]");
    line.hidden = cash === null || handed === null;
    if (!line.hidden) {
      one("[data-change]").textContent = yuan(handed - cash);
      line.classList.toggle("short", handed < cash);
    }
  }

  function ticked() {
    const total = due();
    field("amount").value = total ? plain(total) : "";
    if (field("keep_rest")) field("keep_rest").checked = false;
    follow();
  }

  const TICKS = {
    all: (box) => !("disputed" in box.dataset),
    overdue: (box) => box.dataset.overdue !== "0" && !("disputed" in box.dataset),
    none: () => false,
  };
  form.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-tick]");
    if (!choice) return;
    boxes.forEach((box) => { box.checked = TICKS[choice.dataset.tick](box); });
    ticked();
    field("amount").focus();
  });
  form.addEventListener("change", (event) => (event.target.name === "bills" ? ticked() : follow()));
  form.addEventListener("input", (event) => event.target.name !== "bills" && follow());
  const ticks = one("[data-ticks]");
  if (ticks) ticks.hidden = false;
  follow();
  if (document.activeElement === field("amount")) field("amount").select();
  field("amount").addEventListener("focus", () => field("amount").select());
})();
