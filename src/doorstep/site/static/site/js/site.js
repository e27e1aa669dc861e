// Small comforts. Every page works without them.

const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

// Menus: one open at a time, closed by Escape or by a click elsewhere.
document.addEventListener("click", (event) => {
  each("details.menu[open]", (menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  const close = event.target.closest("[data-dismiss]");
  if (close) close.closest(close.dataset.dismiss)?.remove();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  each("details.menu[open]", (menu) => {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
});

// What a wide screen shows open begins closed on a phone.
if (window.innerWidth < 768) each("details[data-wide]", (part) => { part.open = false; });

// What scrolls sideways can be reached by the keyboard.
const reach = () => each(".table-wrap", (wrap) => {
  if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
});
reach();
document.addEventListener("htmx:afterSettle", () => { reach(); countChecked(); });

// A select with data-submit sends its form when changed.
document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.matches("[data-submit]")) target.form.requestSubmit();
  if (target.matches("[data-check-all]")) {
    each(`input[name="${target.dataset.checkAll}"]`, (box) => { box.checked = target.checked; });
  }
  if (target.matches("[data-check-all], input[type=checkbox]")) countChecked();
});

// The number of ticked rows, and buttons that need at least one.
function countChecked() {
  each("[data-count]", (place) => {
    const count = document.querySelectorAll(`input[name="${place.dataset.count}"]:checked`).length;
    place.textContent = String(count);
  });
  each("[data-needs]", (button) => {
    button.disabled = !document.querySelector(`input[name="${button.dataset.needs}"]:checked`);
  });
}
countChecked();

// A form is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.again !== undefined) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  window.setTimeout(() => { delete form.dataset.sent; }, 4000);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
