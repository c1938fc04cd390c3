// Counting a till: what each kind of note comes to, and all of them, follow the numbers; Enter leads to the next field.
(() => {
  "use strict";
  const form = document.querySelector("form[data-count]");
  if (!form) return;
  const group = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const yuan = (fen) => "¥" + group.format(fen / 100);
  const pieces = [...form.querySelectorAll("input[data-value]")];

  function follow() {
    let all = 0;
    pieces.forEach((input) => {
      const number = /^\d+$/.test(input.value.trim()) ? Number(input.value) : 0;
      const sum = number * Number(input.dataset.value);
      all += sum;
      input.closest("tr").querySelector("[data-sum]").textContent = number ? yuan(sum) : "";
    });
    form.querySelector("[data-cash-counted]").textContent = yuan(all);
  }

  form.addEventListener("input", follow);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".count-grid input")) return;
    const inputs = [...form.querySelectorAll(".count-grid input")];
    event.preventDefault();
    (inputs[inputs.indexOf(event.target) + 1] || form.querySelector("button.btn-primary")).focus();
  });
  follow();
})();
